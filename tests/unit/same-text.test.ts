import { describe, expect, it } from 'vitest';
import { isSameText, textForm } from '../../intercom/same-text.ts';
import { isInOtherTypography, isSameValue } from '../../intercom/same-value.ts';
import { haveSameWords } from '../../intercom/words.ts';
import { compareThreeWay } from '../../load/desired-state/three-way.ts';
import { visibleText } from '../../platform/visible-text.ts';
import fc from '../support/fast-check.ts';

describe('two texts are the same', () => {
  it.each([
    ['quotes', `Don't "touch" it`, 'Don’t “touch” it'],
    ['a dash', 'one - two', 'one – two'],
    ['an ellipsis', 'wait... what', 'wait… what'],
    ['composed letters', 'Crème', 'Crème'.normalize('NFD')],
    ['hard and thin spaces', 'a b  c', 'a\u00a0b\u2009c'],
    ['invisible characters', 'soft hyphen', 's\u200bo\u00adft\ufeff hy\u2060phen\u200e'],
  ])('with other %s', (_, one, other) => {
    expect([isSameText(one, other), isSameText(other, one)]).toEqual([true, true]);
    expect(haveSameWords(one, other)).toBe(true);
  });

  it('with entities of any name in the answer', () => {
    const html = '<p>Don&rsquo;t &ldquo;touch&rdquo; it&hellip; &frac12; cr&egrave;me&nbsp;&lt;br&gt;</p>';
    expect(isSameText(`Don't "touch" it... ½ crème <br>`, visibleText(html))).toBe(true);
    expect(isSameValue('title', `Don't wait...`, 'Don&rsquo;t wait&hellip;')).toBe(true);
  });
});

describe('two texts differ', () => {
  it.each([
    ['a bracket', '1 < 2', '1 2'],
    ['a tag', 'a <b> c', 'a c'],
    ['a digit', 'port 8080', 'port 808'],
    ['a word', 'do not do it', 'do do it'],
    ['its end', 'all of it', 'all of'],
    ['the order', 'first second', 'second first'],
    ['a line', 'one\ntwo', 'one'],
    ['punctuation', 'yes, no', 'yes no'],
    ['a quote', `"quoted"`, 'quoted'],
    ['a power', '10²', '102'],
    ['a fraction', '½', '1/2'],
    ['an option', 'rm --force', 'rm -force'],
    ['a space', 'a b', 'ab'],
    ['case', 'Polish', 'polish'],
    ['an accent', 'résumé', 'resume'],
  ])('in %s', (_, one, other) => {
    expect(isSameText(one, other)).toBe(false);
  });

  it.each(['email', 'external_id', 'company_id'])('in any character of the identifier %s', (field) => {
    expect(isSameValue(field, "o'neill-1", 'o’neill-1')).toBe(false);
    expect(isInOtherTypography(field, "o'neill-1", 'o’neill-1')).toBe(false);
  });
});

const rewritings: readonly ((text: string) => string)[] = [
  (text) => text.replace(/'/g, '’'),
  (text) => text.replace(/"/g, '“'),
  (text) => text.replaceAll('...', '…'),
  (text) => text.replaceAll('-', '–'),
  (text) => text.normalize('NFD'),
  (text) => text.replaceAll(' ', '\u00a0'),
  (text) => [...text].join('\u200b'),
  (text) => `\ufeff${text} `,
];
const texts = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...`ab é1<>&"'-. `, '...', '½', '²', 'ß', '中', '👍'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
});

it('no rewriting of characters makes another text', () => {
  fc.assert(
    fc.property(texts, fc.subarray([...rewritings]), (text, chosen) => {
      expect(
        isSameText(
          text,
          chosen.reduce((so, rewrite) => rewrite(so), text),
        ),
      ).toBe(true);
      expect(textForm(textForm(text))).toBe(textForm(text));
    }),
  );
});

it('a character that is seen is missed wherever it is lost', () => {
  fc.assert(
    fc.property(texts, fc.constantFrom(...'ab1<>&"\'-.½²ß中'), texts, (before, lost, after) => {
      expect(isSameText(`${before}${lost}${after}`, `${before}${after}`)).toBe(false);
    }),
  );
});

it('a delta writes over its own value where the workspace changed only its typography since', () => {
  const base = { lastApplied: { title: `Don't` }, observed: { title: `Don't` } };
  const now = { base, desired: { title: 'Do' }, target: { title: 'Do' }, isLinked: false };
  expect(compareThreeWay({ ...now, observed: { title: 'Don’t' } })).toEqual({ write: { title: 'Do' }, kept: [] });
  expect(compareThreeWay({ ...now, observed: { title: 'Done' } }).kept).toHaveLength(1);
});
