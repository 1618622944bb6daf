import { describe, expect, it } from 'vitest';
import { foldSpace, linesOfHtml, visibleText, visibleTextOfPage } from '../../platform/visible-text.ts';

describe('the visible text of a body', () => {
  it.each([
    ['<p>Hello</p>\n<p>world</p>', 'Hello world'],
    ['<p>bo<b>ld</b>ly</p>', 'boldly'],
    ['a<br>b', 'a b'],
    ['&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; &#128512;&#x1F600;', '<script>alert(1)</script> &amp; 😀😀'],
    ['1 &lt; 2 and 3 > 2', '1 < 2 and 3 > 2'],
    ['x&nbsp;y\u00a0z', 'x y z'],
    ['<!-- gone -->kept', 'kept'],
    ['&unknown; &#0;', '&unknown; &#0;'],
  ])('of %j is %j', (html, text) => {
    expect(visibleText(html)).toBe(text);
  });

  it('of a text that Intercom wrapped and escaped equals the folded text', () => {
    const text = 'Line one\r\n\r\n  <b>not bold</b> & "quoted"\n';
    const stored = '<p>Line one</p>\n<p>&lt;b&gt;not bold&lt;/b&gt; &amp; &quot;quoted&quot;</p>';
    expect(visibleText(stored)).toBe(foldSpace(text));
  });
});

it.each([
  ['<p>One</p><p>two<br/>three</p><ul><li>a</li><li>b</li></ul>', 'One\ntwo\nthree\n\n- a\n- b'],
  ['<p>Bob &lt;bob@acme.com&gt;, 1 < 2 &eacute;&nbsp;x</p>', 'Bob <bob@acme.com>, 1 < 2 é x'],
])('the lines of %j are %j', (html, text) => {
  expect(linesOfHtml(html)).toBe(text);
});

it('the text of a page has no scripts, styles and declarations', () => {
  const page =
    '<!DOCTYPE html><html><style>p { color: red }</style><script>if (a < b) go()</script><h1>502</h1><p>Bad <b>gate</b>way</p>';
  expect(visibleTextOfPage(page)).toBe('502 Bad gateway');
});
