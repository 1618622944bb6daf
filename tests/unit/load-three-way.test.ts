import { describe, expect, it } from 'vitest';
import { compareThreeWay, type Fields } from '../../load/desired-state/three-way.ts';

interface Case {
  readonly what: string;
  /** What the last write was to achieve; undefined where none is recorded. */
  readonly base?: unknown;
  /** What Intercom showed after the last write; the same where not given. */
  readonly shown?: unknown;
  readonly source: unknown;
  readonly now: unknown;
  readonly isLinked?: true;
  /** The value that is written; not given where none is. */
  readonly written?: unknown;
  readonly isKept?: true;
}

/** One field, named `phone` or `note`: what was, what iTop holds now, what Intercom shows now. */
const cases: readonly Case[] = [
  { what: 'nothing changed anywhere', base: 'a', source: 'a', now: 'a' },
  { what: 'changed in iTop alone', base: 'a', source: 'b', now: 'a', written: 'b' },
  { what: 'edited in Intercom alone', base: 'a', source: 'a', now: 'x' },
  { what: 'changed in iTop and edited in Intercom', base: 'a', source: 'b', now: 'x', isKept: true },
  { what: 'changed on both sides to the same', base: 'a', source: 'b', now: 'b' },
  { what: 'emptied by a teammate, unchanged in iTop', base: 'a', source: 'a', now: null },
  { what: 'emptied by a teammate, changed in iTop', base: 'a', source: 'b', now: null, isKept: true },
  { what: 'emptied in iTop', base: 'a', source: null, now: 'a', written: null },
  { what: 'emptied in iTop, edited in Intercom', base: 'a', source: null, now: 'x', isKept: true },
  { what: 'emptied on both sides', base: 'a', source: null, now: '' },
  { what: 'was empty, filled in iTop', base: null, source: 'b', now: null, written: 'b' },
  { what: 'was empty, filled in iTop and by a teammate', base: null, source: 'b', now: 'x', isKept: true },
  { what: 'empty text and no value are one', base: null, source: '', now: 'x' },
  {
    what: 'shown in another form than sent, changed in iTop',
    base: 'a&b',
    shown: 'a&amp;b',
    source: 'c',
    now: 'a&amp;b',
    written: 'c',
  },
  { what: 'shown cut, edited since', base: 'long', shown: 'lo', source: 'longer', now: 'l', isKept: true },
  { what: 'no base, nothing there', source: 'b', now: null, written: 'b' },
  { what: 'no base, the same there', source: 'b', now: 'b' },
  { what: 'no base, another value there', source: 'b', now: 'x', isKept: true },
  { what: 'linked, no base, nothing there', source: 'b', now: null, isLinked: true, written: 'b' },
  { what: 'linked, no base, its own value', source: 'b', now: 'x', isLinked: true, isKept: true },
  { what: 'linked, our own value, changed in iTop', base: 'a', source: 'b', now: 'a', isLinked: true, written: 'b' },
  {
    what: 'linked and changed: its own value stayed and stays',
    base: 'a',
    shown: 'x',
    source: 'b',
    now: 'x',
    isLinked: true,
    isKept: true,
  },
  { what: 'linked, our own value, edited since', base: 'a', source: 'b', now: 'x', isLinked: true, isKept: true },
  {
    what: 'linked, emptied by a teammate, changed in iTop',
    base: 'a',
    source: 'b',
    now: null,
    isLinked: true,
    isKept: true,
  },
];

describe('a field of a delta (invariant 4)', () => {
  it.each(cases)('$what', (given) => {
    const fields = (value: unknown): Fields => (value === undefined ? {} : { note: value });
    const { write, kept } = compareThreeWay({
      base:
        'base' in given ? { lastApplied: fields(given.base), observed: fields(given.shown ?? given.base) } : undefined,
      desired: fields(given.source),
      target: fields(given.source),
      observed: fields(given.now),
      isLinked: given.isLinked ?? false,
    });
    expect(write).toEqual('written' in given ? { note: given.written } : {});
    expect(kept).toEqual(
      given.isKept
        ? [{ field: 'note', sourceValue: given.source, formerValue: given.shown ?? given.base, targetValue: given.now }]
        : [],
    );
  });

  it('is looked at by itself: one that was edited keeps no other from being written', () => {
    const { write, kept } = compareThreeWay({
      base: { lastApplied: { name: 'a', phone: '1', role: 'r' }, observed: { name: 'a', phone: '1', role: 'r' } },
      desired: { name: 'b', phone: '2' },
      target: { name: 'b', phone: '2' },
      observed: { name: 'x', phone: '1', role: 'r', owner: 'somebody' },
      isLinked: false,
    });
    // A field that iTop does not hold any more is emptied; one that was never ours is not looked at.
    expect(write).toEqual({ phone: '2', role: null });
    expect(kept.map(({ field }) => field)).toEqual(['name']);
  });

  it('that refers to another object is compared as iTop names it and written as Intercom does', () => {
    const { write } = compareThreeWay({
      base: { lastApplied: { assignee: 'Contact::5' }, observed: { assignee: '900' } },
      desired: { assignee: 'Contact::6' },
      target: { assignee: '901' },
      observed: { assignee: '900' },
      isLinked: false,
    });
    expect(write).toEqual({ assignee: '901' });
  });
});
