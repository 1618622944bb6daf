import { describe, expect, it } from 'vitest';
import { renderBody } from '../../transform/render/render-body.ts';

const html = (source: string) => renderBody({ format: 'html', source });

describe('rendering a body', () => {
  it('keeps plain text with markup characters as text in both forms', () => {
    const body = renderBody({ format: 'text', source: 'a < b & c\r\n<script>alert(1)</script>' });
    expect(body.text).toBe('a < b & c\n<script>alert(1)</script>');
    expect(body.html).toBe('a &lt; b &amp; c<br>&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('turns HTML into text with its line breaks, lists and links', () => {
    const body = html('<p>Hello<br>world</p><ul><li>one</li><li>two</li></ul><a href="https://x.example/a">here</a>');
    expect(body.text).toBe('Hello\nworld\n\n * one\n * two\n\nhere (https://x.example/a)');
    expect(body.losses).toEqual([]);
  });

  it('drops scripts and styles and names each as a loss with its text', () => {
    const body = html('<p>a</p><script>steal()</script><style>p{}</style><p onclick="x()">b</p>');
    expect(body.html).toBe('<p>a</p><p>b</p>');
    expect(body.losses.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['script', 'steal()'],
      ['style', 'p{}'],
    ]);
  });

  it('replaces pictures by a word, names them, and never lets an address with a secret through', () => {
    const body = html(
      '<img src="https://itop.example/pages/ajax.document.php?operation=download_inlineimage&amp;id=7&amp;s=geheim" data-img-id="7" data-img-secret="geheim" alt="shot">',
    );
    expect(body.text).toBe('[image: shot]');
    expect(JSON.stringify(body)).not.toContain('geheim');
    expect(body.references).toEqual([{ kind: 'inline_image', target: 'InlineImage::7' }]);
  });

  it('names data images and remote images by kind', () => {
    const body = html('<img src="data:image/png;base64,AAAA"><img src="https://x.example/p.png?token=1">');
    expect(body.references).toEqual([
      { kind: 'data_image', target: 'data:image/png;base64' },
      { kind: 'remote_image', target: 'https://x.example/p.png' },
    ]);
  });

  it('shows mentions as their text and keeps whom they name', () => {
    const body = html(
      '<p>See <a href="https://itop.example/x" data-role="object-mention" data-object-class="Person" data-object-id="43">Ada</a></p>',
    );
    expect(body.text).toBe('See Ada');
    expect(body.references).toEqual([{ kind: 'mention', target: 'Person::43' }]);
  });

  it('removes links that would run code', () => {
    const body = html('<a href="javascript:alert(1)">x</a>');
    expect(body.html).toBe('<a>x</a>');
    expect(body.losses.map((loss) => loss.kind)).toEqual(['unsafe_link']);
  });

  it("takes iTop's preamble of an entry without text for nothing", () => {
    const preamble =
      '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN" "http://www.w3.org/TR/REC-html40/loose.dtd"><?xml encoding="UTF-8"?>';
    expect(html(preamble).text).toBe('');
  });

  it('keeps every word of nested tables, right-to-left text and four-byte characters', () => {
    const body = html('<table><tr><td>a<table><tr><td>inner 😀</td></tr></table></td><td>مرحبا</td></tr></table>');
    for (const word of ['a', 'inner', '😀', 'مرحبا']) expect(body.text).toContain(word);
  });
});
