import { Parser } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import { renderBody } from '../../transform/render/render-body.ts';
import fc from '../support/fast-check.ts';

/*
 * Rule T8: nothing vanishes. Every body below is built of words that occur once, in whatever markup; each word that
 * stands as text must be found again in the HTML and in the plain text, or in a loss that names it.
 */
const tags = [
  ...[
    'p',
    'div',
    'span',
    'b',
    'i',
    'u',
    'em',
    'font',
    'center',
    'section',
    'blockquote',
    'pre',
    'code',
    'h1',
    'h3',
    'marquee',
  ],
  ...[
    'table',
    'tr',
    'td',
    'th',
    'caption',
    'ul',
    'ol',
    'li',
    'dl',
    'dd',
    'details',
    'summary',
    'figure',
    'label',
    'fieldset',
  ],
  ...[
    'script',
    'style',
    'iframe',
    'object',
    'embed',
    'video',
    'audio',
    'svg',
    'math',
    'applet',
    'noscript',
    'template',
    'title',
  ],
  ...[
    'textarea',
    'select',
    'option',
    'button',
    'form',
    'xmp',
    'noembed',
    'noframes',
    'plaintext',
    'head',
    'body',
    'html',
    'o:p',
  ],
];
const voids = [
  '<br>',
  '<hr/>',
  '<input>',
  '<!-- -->',
  '<![CDATA[',
  ']]>',
  '<?xml encoding="UTF-8"?>',
  '<!DOCTYPE html>',
  '</p>',
  '</div>',
];
const scraps = [
  '<',
  '>',
  '&',
  '&amp;',
  '&lt;b&gt;',
  '&#x202e;',
  '\u202eمرحبا',
  '😀',
  '\u0000',
  '"',
  "'",
  '<p',
  '</',

  '\u00a0',
  '\r\n',
];

type Node = (word: () => string) => string;

const text: fc.Arbitrary<Node> = fc.constant((word) => ` ${word()} `);
const scrap: fc.Arbitrary<Node> = fc.constantFrom(...scraps, ...voids).map((value) => () => value);
const comment: fc.Arbitrary<Node> = fc.constant((word) => `<!-- ${word()} -->`);
const picture: fc.Arbitrary<Node> = fc
  .constantFrom('data:image/png;base64,AAAA', 'http://x/y.png?s=1', '')
  .map((src) => (word) => `<img src="${src}" alt="${word()}">`);
const link: fc.Arbitrary<Node> = fc
  .constantFrom('https://x/', 'mailto:', 'javascript:')
  .map((start) => (word) => `<a href="${start}x">${word()}</a>`);
const mention: fc.Arbitrary<Node> = fc.constant(
  (word) => `<a data-role="object-mention" data-object-class="Person" data-object-id="4">${word()}</a>`,
);

const node = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    text,
    text,
    scrap,
    comment,
    picture,
    link,
    mention,
    fc
      .record({ tag: fc.constantFrom(...tags), inner: fc.array(tie('node'), { maxLength: 4 }), isClosed: fc.boolean() })
      .map(
        ({ tag, inner, isClosed }): Node =>
          (word) =>
            `<${tag}>${inner.map((make) => make(word)).join('')}${isClosed ? `</${tag}>` : ''}`,
      ),
  ),
})).node;

function build(nodes: readonly Node[]): { html: string; words: string[] } {
  const words: string[] = [];
  const word = (): string => {
    const next = `word${words.length}x`;
    words.push(next);
    return next;
  };
  return { html: nodes.map((make) => make(word)).join(''), words };
}

describe('a body', () => {
  it('keeps or names every word, in both forms', () => {
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 6 }), (nodes) => {
        const { html, words } = build(nodes);
        const rendered = renderBody({ format: 'html', source: html });
        const named = rendered.losses.map((loss) => loss.detail).join('\n');
        for (const word of words) {
          const isNamed = named.includes(word);
          expect(isNamed || rendered.html.includes(word), `HTML of ${html}`).toBe(true);
          expect(isNamed || rendered.text.includes(word), `text of ${html}`).toBe(true);
        }
      }),
      { numRuns: 3_000, seed: 20_261_124 },
    );
  });

  it('renders to nothing that runs or loads', () => {
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 6 }), (nodes) => {
        const { html } = renderBody({ format: 'html', source: build(nodes).html });
        new Parser({
          onopentag(tag, attributes) {
            expect(tag).not.toMatch(
              /^(script|style|iframe|img|svg|object|embed|form|input|video|audio|link|meta|base)$/,
            );
            expect(Object.keys(attributes).filter((name) => name !== 'href')).toEqual([]);
            expect(attributes.href ?? '').not.toMatch(/^\s*(javascript|data|vbscript):/i);
          },
        }).end(html);
      }),
      { numRuns: 1_000, seed: 20_261_124 },
    );
  });

  it('of plain text keeps every character but the carriage returns', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (source) => {
        expect(renderBody({ format: 'text', source }).text).toBe(source.replace(/\r\n?/g, '\n'));
      }),
    );
  });
});
