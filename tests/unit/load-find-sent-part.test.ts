import { describe, expect, it } from 'vitest';
import type { ConversationFacts, PartFacts } from '../../intercom/conversation-facts.ts';
import { haveSameVisibleWords, haveSameWords, wordsOf } from '../../intercom/words.ts';
import { findLostPart, findPart } from '../../load/conversation/find-sent-part.ts';
import { AmbiguousEffect } from '../../load/engine/uncertain-calls.ts';
import fc from '../support/fast-check.ts';

const second = 1_583_057_100;

function held(id: string, body: string, other: Partial<PartFacts> = {}): PartFacts {
  return {
    id,
    partType: 'comment',
    createdAt: second,
    notifiedAt: null,
    authorType: 'admin',
    authorId: '7',
    body,
    files: [],
    ...other,
  };
}

const conversation = (...parts: readonly PartFacts[]) => ({ id: '1', parts }) as unknown as ConversationFacts;

function lost(visibleBody: string) {
  const row = { part_type: 'comment', target_key: 'Ticket::83#public_log/1' } as Parameters<
    typeof findLostPart
  >[1]['row'];
  return { row, visibleBody, authorType: 'admin', authorId: '7', createdAt: second } as const;
}

const idOf = (part: PartFacts | undefined) => part?.id;

describe('the words of a text', () => {
  // What real servers do to text: see Intercom's answers with entities, and typographic editors.
  it.each([
    ['typographic quotes', `Don't "touch" it`, '<p>Don’t “touch” it</p>'],
    ['an ellipsis', 'Wait... what', '<p>Wait&hellip; what</p>'],
    ['named entities', 'Crème à la carte', '<p>Cr&egrave;me &agrave; la carte</p>'],
    ['entities of entities', "O'Neill & Sons", '<p>O&amp;#39;Neill &amp;amp; Sons</p>'],
    ['zero-width characters', 'printer room', '<p>prin\u200bter\ufeff room</p>'],
    ['composed letters', 'Cafe\u0301', '<p>Caf\u00e9</p>'],
    ['soft hyphens and dashes', 'Multi-part - done', '<p>Multi‑part — do\u00adne</p>'],
    ['white space', 'one two', '<p>one&nbsp;\u2009two</p>'],
  ])('survive %s', (_, sent, came) => {
    expect(haveSameWords(sent, came)).toBe(true);
  });

  it('tell different words apart, and texts without any', () => {
    expect(haveSameWords('Yes', 'No')).toBe(false);
    expect(haveSameWords('???', '!!!')).toBe(false);
    expect(haveSameWords('👍', '👎')).toBe(false);
  });

  it('are the same again when they are taken from themselves', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => wordsOf(wordsOf(text)) === wordsOf(text)));
  });
});

describe('the part in an answer', () => {
  it.each([
    ['as it was sent', '<p>Wait... "now"</p>', {}, '1'],
    ['with typographic signs', '<p>Wait&hellip; “now”</p>', {}, '1'],
    ['with other words', '<p>Wait... "then"</p>', {}, undefined],
    ['of another second', '<p>Wait... "now"</p>', { createdAt: second + 1 }, undefined],
    ['of another author', '<p>Wait... "now"</p>', { authorId: '8' }, undefined],
    ['of another kind', '<p>Wait... "now"</p>', { partType: 'note' }, undefined],
  ])('%s', (_, body, other, id) => {
    expect(idOf(findPart(conversation(held('1', body, other)), lost('Wait... "now"'), []))).toBe(id);
  });

  it('is no other one than by the words of both texts', () => {
    const text = fc.array(fc.constantFrom('It', 'burns', '“', '"', ' ', '…', '...', '&hellip;', '\u200b'), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(text, text, (came, sent) => {
        const visible = sent.join('').replaceAll('&hellip;', '…');
        expect(haveSameVisibleWords(`<p>${came.join('')}</p>`, visible)).toBe(haveSameWords(came.join(''), visible));
      }),
    );
  });
});

describe('the part of a lost call', () => {
  it('is found by second, author, kind and words, and not among what is known', () => {
    const facts = conversation(held('1', '<p>It burns</p>'), held('2', '<p>It burns</p>'));
    expect(idOf(findLostPart(facts, lost('It burns'), ['1']))).toBe('2');
    expect(findLostPart(conversation(held('1', '<p>It burns</p>')), lost('It burns'), ['1'])).toBeUndefined();
  });

  it('is found by second, author and kind although a server changed its words', () => {
    expect(
      idOf(findLostPart(conversation(held('1', '<p>The is on fire</p>')), lost('The <printer> is on fire'), [])),
    ).toBe('1');
  });

  it('is not what another author, another kind or another second holds', () => {
    const others = [
      held('1', 'x', { authorId: '8' }),
      held('2', 'x', { partType: 'note' }),
      held('3', 'y', { createdAt: 5 }),
    ];
    expect(findLostPart(conversation(...others), lost('x'), [])).toBeUndefined();
  });

  it('is the one behind the parts that are known, where two look alike', () => {
    const facts = conversation(held('1', 'Thanks'), held('2', 'other'), held('3', 'Thanks'));
    expect(idOf(findLostPart(facts, lost('Thanks'), ['2']))).toBe('3');
  });

  it('is a question for a person where two may be it, or where its words stand under another time', () => {
    const twice = conversation(held('1', 'Thanks'), held('2', 'Thanks!'));
    expect(() => findLostPart(twice, lost('Thanks'), [])).toThrow(AmbiguousEffect);
    expect(() => findLostPart(conversation(held('1', 'Thanks', { createdAt: 99 })), lost('Thanks'), [])).toThrow(/1/);
  });
});
