import { isInOtherTypography, isSameValue, textOf } from '../../intercom/same-value.ts';
import type { Target } from '../../platform/journal.ts';
import type { Verdict } from '../../platform/verdict-writer.ts';
import type { LoadContext } from '../engine/context.ts';
import type { Evidence } from '../engine/execute-step.ts';

/** One compared field: its name, what was sent, what Intercom holds. */
export type ComparedField = readonly [name: string, expected: unknown, actual: unknown];

/**
 * Verdicts of one check of one object: a row for the object, and a row a field that differs (`isSameValue`). `passedAs` names a
 * weaker verdict that holds when all fields match; a text in other typography is the reason `other_typography` of a verdict that passes.
 */
export function verdictsOf(
  context: LoadContext,
  target: Target,
  check: string,
  evidence: Evidence,
  fields: readonly ComparedField[],
  passedAs: Pick<Verdict, 'verdict' | 'reasonCode' | 'expected' | 'actual'> = { verdict: 'passed' },
): Verdict[] {
  const base = {
    workspaceIdCode: context.workspaceIdCode,
    runId: context.runId,
    phase: target.phase,
    objectType: target.type,
    targetKey: target.key,
    check,
    evidence,
  };
  const differing = fields.filter(([field, expected, actual]) => !isSameValue(field, expected, actual));
  const others = fields.some(([field, expected, actual]) => isInOtherTypography(field, expected, actual));
  const typography = others ? { reasonCode: 'other_typography' } : {};
  if (differing.length === 0) return [{ ...base, ...typography, ...passedAs, fieldsChecked: fields.length }];
  return [
    { ...base, verdict: 'failed', reasonCode: 'differs', fieldsChecked: fields.length },
    ...differing.map(([field, expected, actual]) => ({
      ...base,
      field,
      expected: textOf(expected),
      actual: textOf(actual),
      verdict: 'failed' as const,
      reasonCode: 'differs',
    })),
  ];
}

/** Custom attributes that were sent, compared with those held. */
export function attributeFields(
  sent: Readonly<Record<string, unknown>>,
  held: Readonly<Record<string, unknown>>,
): ComparedField[] {
  return Object.entries(sent).map(([name, value]) => [`custom_attributes.${name}`, value, held[name]]);
}
