import { expect, it } from 'vitest';
import { canonicalPayload } from '../../extract/topics/envelope.ts';
import fc from '../support/fast-check.ts';

const textOf = (value: unknown) => canonicalPayload(value).toString('utf8');

/** The rule written down once more, plainly. */
function plainly(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plainly);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, plainly(inner)]));
}

it('equal content has equal bytes, whatever the order of its keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(textOf(value)).toBe(JSON.stringify(plainly(value)));
    }),
  );
});

it('keeps a key named like the prototype', () => {
  expect(textOf(JSON.parse('{"b":1,"__proto__":{"z":1,"a":2}}'))).toBe('{"__proto__":{"a":2,"z":1},"b":1}');
});
