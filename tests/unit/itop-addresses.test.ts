import { describe, expect, it } from 'vitest';
import { objectsAddressed, rewriteAddresses, withoutPictureSecrets } from '../../transform/render/itop-addresses.ts';
import { renderBody } from '../../transform/render/render-body.ts';
import fc from '../support/fast-check.ts';

const addresses = {
  hosts: new Set(['itop.example', 'old-itop:8080']),
  names: new Map([
    ['UserRequest::83', 'R-000083'],
    ['Person::5', 'A & B <c>'],
  ]),
};
const details = 'https://itop.example/pages/UI.php?operation=details&amp;class=UserRequest&amp;id=83&amp;c[menu]=x';
const secret = 'https://any.example/pages/ajax.document.php?operation=download_inlineimage&amp;id=1&amp;s=5ecre7';
const rendered = (source: string, format: 'html' | 'text' = 'html') => renderBody({ format, source }, addresses);

describe('an address of iTop in a body', () => {
  it.each([
    ['a link with its address as words', `<p>See <a href="${details}">${details}</a>.</p>`, 'See R-000083.'],
    [
      'a link with words of its own',
      `<p><a href="${details}">the <b>other</b> one</a></p>`,
      'the other one (R-000083)',
    ],
    ['an address in a text', `<p>See ${details}, please</p>`, 'See R-000083, please'],
    [
      'an address of the portal',
      '<p>http://old-itop:8080/pages/exec.php?exec_module=itop-portal-base&amp;portal_id=itop-portal#!/object/view/UserRequest/83</p>',
      'R-000083',
    ],
    [
      'a relative link',
      '<a href="../pages/UI.php?id=83&amp;class=UserRequest&amp;operation=details">x</a>',
      'x (R-000083)',
    ],
    [
      'an object with markup in its name',
      '<p>https://itop.example/pages/UI.php?operation=details&amp;class=Person&amp;id=5</p>',
      'A & B <c>',
    ],
    [
      'an object that is not known',
      '<p>https://itop.example/pages/UI.php?operation=details&amp;class=PC&amp;id=9</p>',
      'PC 9 in iTop',
    ],
  ])('becomes the name of the object: %s', (_what, source, text) => {
    const body = rendered(source);
    expect(body.text).toBe(text);
    expect(body.html).not.toContain('UI.php');
    expect(body.losses.map(({ kind }) => kind)).toEqual(
      source.includes('<a') && source.split('UI.php').length === 3
        ? ['itop_address', 'itop_address']
        : ['itop_address'],
    );
  });

  it('of another iTop stays a link', () => {
    const source =
      '<a href="https://vendor.example/pages/UI.php?operation=details&amp;class=UserRequest&amp;id=83">x</a>';
    expect(rendered(source).html).toContain('vendor.example');
    expect(rendered(source).losses).toEqual([]);
  });

  it('is found before it is rendered', () => {
    expect(objectsAddressed(`<a href="${details}">x</a> and ${secret}`, addresses)).toEqual(['UserRequest::83']);
  });
});

it('no address of a pasted picture goes on, wherever it stands', () => {
  for (const [source, format] of [
    [`<p><img src="${secret}" data-img-id="1" data-img-secret="5ecre7"></p>`, 'html'],
    [`<p><img src="${secret}" alt="${secret}"></p>`, 'html'],
    [`<p>${secret}</p>`, 'html'],
    [`<a href="${secret}">picture</a>`, 'html'],
    [`<a href="${secret}"><img src="${secret}"></a>`, 'html'],
    [`&lt;img src="${secret}" data-img-secret="5ecre7"&gt;`, 'html'],
    [secret.replaceAll('&amp;', '&'), 'text'],
  ] as const) {
    const { html, text, losses, references } = rendered(source, format);
    expect(html + text, source).toContain('image');
    expect(JSON.stringify([html, text, losses, references]), source).not.toMatch(/5ecre7|download_inlineimage/);
  }
});

it('what shows nothing is empty, and a picture is something', () => {
  for (const source of ['<p>&nbsp;</p>', '<p>\u200b</p><p><br></p>', ' '])
    expect(rendered(source)).toMatchObject({ html: '', text: '' });
  expect(rendered('<p><img src="x.png"></p>').text).toBe('[image]');
});

it('bodies without an address of iTop are rendered as before', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(
          '<p>',
          '</p>',
          'a',
          ' ',
          'https://x.example/?operation=1',
          '<a href="https://x.example">',
          '</a>',
          '&amp;',
          '<',
        ),
      }),
      (source) => {
        expect(renderBody({ format: 'html', source }, addresses)).toEqual(renderBody({ format: 'html', source }));
      },
    ),
  );
});

it('looks at hostile markup once', () => {
  const address = 'operation=download_inlineimage ';
  for (const source of ['<a href="x">', '<', 'https://x/?', '<a ', 'x', 'https://x.example/!!!!', '&gt;'].map(
    (bit) => address + bit.repeat(200_000 / bit.length),
  )) {
    const started = process.cpuUsage();
    rewriteAddresses('html', source, addresses);
    withoutPictureSecrets(source);
    // Time of this process, not of the clock: others may use the machine.
    expect(process.cpuUsage(started).user / 1_000, source.slice(0, 50)).toBeLessThan(2_000);
  }
});
