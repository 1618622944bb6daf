import { describe, expect, it } from 'vitest';
import { foldSpace, visibleText } from '../../intercom/visible-text.ts';

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
