import { expect, it } from 'vitest';
import { renderPlainMarkup } from '../../transform/render/plain-markup.ts';
import { renderTheLongWay } from '../../transform/render/render-body.ts';
import fc from '../support/fast-check.ts';

/*
 * The short way may only be taken where the long way, through the sanitiser and the text conversion, gives the same to the last
 * character and loses nothing. Bodies are built of what the short way knows, in and out of order, and of what it must leave alone.
 */
const tag = fc.constantFrom('p', 'div', 'ul', 'li', 'b', 'strong', 'i', 'em', 'u');
const text = fc.constantFrom(
  ...['a', 'one two', '  ', '\n', ' x', 'y ', '\r\n', '\t', '', '"', "'", '>', '\u200b', '\u00a0', 'é', '😀', '\u202e'],
  ...[
    '&amp;',
    '&lt;',
    '&nbsp;',
    '&quot;',
    '&#39;',
    '&eacute;',
    '&am',
    '&lt;b&gt;',
    '<br>',
    '<br />',
    '<br/>',
    '< ',
    '<B>',
  ],
);
const { node } = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    text,
    fc
      .tuple(tag, fc.array(tie('node'), { maxLength: 4 }))
      .map(([name, inner]) => `<${name}>${inner.join('')}</${name}>`),
    fc
      .array(tie('node'), { maxLength: 4 })
      .map((items) => `<ul>\n${items.map((item) => `<li>${item}</li>`).join('')}</ul>`),
  ),
}));
const strayTag = fc.tuple(tag, fc.constantFrom('', '/')).map(([name, slash]) => `<${slash}${name}>`);
const body = fc.oneof(
  fc.array(node, { maxLength: 6 }),
  fc.array(fc.oneof({ weight: 3, arbitrary: node }, { weight: 1, arbitrary: strayTag }), { maxLength: 6 }),
);

it('renders plain markup as the long way does, and leaves the rest to it', () => {
  let plain = 0;
  fc.assert(
    fc.property(body, (pieces) => {
      const source = pieces.join('');
      const rendered = renderPlainMarkup(source);
      if (rendered === undefined) return;
      plain += 1;
      expect({ ...rendered, references: [], losses: [] }).toEqual(renderTheLongWay(source));
    }),
    { numRuns: 5_000 },
  );
  expect(plain).toBeGreaterThan(500);
});

it.each([
  ['<p class="x">a</p>', 'an attribute'],
  ['<p onclick="x()">a</p>', 'a handler'],
  ['<p>a<script>x()</script></p>', 'a script'],
  ['<p>a', 'an open paragraph'],
  ['<p><p>a</p></p>', 'a paragraph in another'],
  ['<p>a &eacute;</p>', 'an entity of another kind'],
  ['<p>a<!-- b --></p>', 'a comment'],
  ['<p>a < b</p>', 'a stray sign'],
])('takes the long way for %s: %s', (source) => {
  expect(renderPlainMarkup(source)).toBeUndefined();
});
