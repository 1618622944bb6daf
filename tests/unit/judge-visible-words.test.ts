import { describe, expect, it } from 'vitest';
import { matchWords } from '../../rehearsal/judge/match-words.ts';
import { visibleHtml, visibleText, wordsOfHtml, wordsOfText } from '../../rehearsal/judge/visible-words.ts';

const compare = (source: string, shown: string) => matchWords(visibleHtml(source).words, wordsOfHtml(shown)).isMatch;

describe('the judge reading a body', () => {
  it('sees the words of markup and of plain text alike', () => {
    expect(
      compare(
        '<p>Hello <b>wor</b>ld</p><ul><li>un</li><li>deux &amp; trois</li></ul>',
        'Hello world<br> * un<br> * deux &amp; trois',
      ),
    ).toBe(true);
    expect(compare('<table><tr><td>A</td><td>1</td></tr></table>', '<p>A | 1</p>')).toBe(true);
    expect(compare('<ol><li>first</li><li>second</li></ol>', '1. first<br>2. second')).toBe(true);
  });

  it('does not see scripts, styles, comments and declarations', () => {
    expect(
      wordsOfHtml('<!DOCTYPE html><?xml version="1.0"?><style>p{}</style><p>a<script>b()</script><!-- c --></p>'),
    ).toEqual(['a']);
    expect(visibleHtml('<!DOCTYPE html PUBLIC "x">\n<?xml encoding="UTF-8"?>\n').isEmpty).toBe(true);
    expect(visibleHtml('<p> <br/></p>').isEmpty).toBe(true);
    expect(visibleHtml('<p>-</p>').isEmpty).toBe(false);
    expect(visibleText(' \n').isEmpty).toBe(true);
  });

  it('allows a pointer to a picture and the address of a link, only at their places', () => {
    expect(compare('<p>see <img src="x" alt="shot"> there</p>', 'see [image: shot] there')).toBe(true);
    expect(compare('<p>see <img src="x" alt="shot"> there</p>', 'see there')).toBe(true);
    expect(compare('<p>see <img src="x" alt="shot"> there</p>', 'see there [image: shot]')).toBe(false);
    expect(compare('<a href="https://x.example/a">here</a>.', 'here (https://x.example/a).')).toBe(true);
    expect(
      compare('<a href="https://x.example/a">here</a>.', 'here, with many more words than any address could have'),
    ).toBe(false);
  });

  it('tells a changed, a missing and an added character', () => {
    expect(compare('<p>Port 8443 is open?</p>', 'Port 8444 is open?')).toBe(false);
    expect(compare('<p>Port 8443 is open?</p>', 'Port 8443 is open.')).toBe(false);
    expect(compare('<p>Port 8443 is open?</p>', 'Port 8443 is')).toBe(false);
    expect(compare('<p>Port 8443 is open?</p>', 'Port 8443 is open? yes')).toBe(false);
    expect(compare('<p>Merci 🙏</p>', 'Merci 🙂')).toBe(false);
  });

  it('keeps escaped markup as text and drops what cannot be stored', () => {
    expect(compare('&lt;b&gt;not bold&lt;/b&gt; &amp; 1 &lt; 2', '&lt;b&gt;not bold&lt;/b&gt; &amp; 1 &lt; 2')).toBe(
      true,
    );
    expect(wordsOfText('before\u0000after')).toEqual(['beforeafter']);
  });

  it('shows where two texts part', () => {
    const match = matchWords(wordsOfText('a b c d'), wordsOfText('a b x d'));
    expect(match).toEqual({ isMatch: false, expected: 'a b c d', actual: 'a b x d' });
  });
});
