import { expect, it } from 'vitest';
import { copyWithoutMembers, memberStart } from '../../extract/landing/without-members.ts';
import { canonicalPayload } from '../../extract/topics/envelope.ts';
import fc from '../support/fast-check.ts';

const names = ['sla_tto_over', 'downloads_count'];
const starts = names.map(memberStart);

function withoutMembers(payload: Buffer): Buffer {
  const target = Buffer.alloc(payload.length + 3, '#');
  return target.subarray(3, copyWithoutMembers(payload, starts, target, 3));
}

/** Objects in which the names stand at every level, as keys and as texts, beside everything that JSON can hold. */
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...names, `"${names[0]}":`, '\\', '{"', ',}]'));
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(text, tie('any'), { maxKeys: 4 }),
  ),
})).any;

it('gives the bytes that parsing, deleting and writing again give', () => {
  fc.assert(
    fc.property(fc.dictionary(text, value, { maxKeys: 6 }), (fields) => {
      const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
      expect(withoutMembers(canonicalPayload(fields)).toString()).toBe(canonicalPayload(rest).toString());
    }),
    {
      numRuns: 2_000,
      // The first member goes, and one behind a member that is kept.
      examples: [[{ e: [], sla_tto_over: '', downloads_count: 0 }]],
    },
  );
});

it('throws at nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{', '}', '[', ']', '"', ',', '\\', ':', ...names, `"${names[0]}":`)),
      (parts) => {
        withoutMembers(Buffer.from(`{${parts.join('')}`));
      },
    ),
    { numRuns: 2_000 },
  );
});
