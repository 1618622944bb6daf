import type { Call } from '../../intercom/call.ts';
import { haveSameWords } from '../../intercom/words.ts';
import type { Identity } from '../../platform/identity.ts';
import type { OpenIntent } from '../../platform/journal.ts';
import type { LoadContext } from '../engine/context.ts';
import { type Evidence, executeStep } from '../engine/execute-step.ts';
import type { Loaded, PendingItem } from '../engine/phase.ts';
import { onlyOne } from '../engine/uncertain-calls.ts';
import { type ComparedField, verdictsOf } from './verdicts.ts';

/** How one kind of thing that Intercom knows by no key of ours is made, or found by its name. */
export interface Named<T extends { readonly id: string }> {
  /** What was there already under the name. */
  readonly present: T | undefined;
  /** Name of the field that it is found by. */
  readonly nameField: string;
  readonly call: Call<T>;
  /**
   * All that a creation with this payload can have made, among what is not known as ours: one without answer may be days old, and iTop
   * may name the thing otherwise since.
   */
  candidates(payload: Readonly<Record<string, unknown>>): Promise<readonly T[]>;
  identity(facts: T, origin: Identity['origin']): Identity;
  compared(facts: T): readonly ComparedField[];
}

/** Uses the one that is there as it is (invariant 5), unless a lost call of ours may have made it; else creates it. */
export async function createOrLink<T extends { readonly id: string }>(
  context: LoadContext,
  { target, open }: Pick<PendingItem<unknown, unknown>, 'target' | 'open'>,
  named: Named<T>,
): Promise<Loaded> {
  const { present } = named;
  const lost = open.find((intent) => intent.targetKey === target.key);
  if (present !== undefined && lost === undefined) {
    const found = named.compared(present).filter(([field]) => field === named.nameField);
    await context.link(
      named.identity(present, 'linked'),
      verdictsOf(context, target, target.type, 'list', found, { verdict: 'passed', reasonCode: 'linked' }),
    );
    return 'linked';
  }
  const step = {
    target,
    call: named.call,
    isFoundAsSent: true,
    lookUp: async ({ payload }: OpenIntent) =>
      onlyOne(await named.candidates((payload ?? {}) as Record<string, unknown>), target.key, 'the help center'),
    accept: (facts: T, evidence: Evidence) => ({
      response: { id: facts.id },
      identities: [named.identity(facts, 'created')],
      verdicts: verdictsOf(context, target, target.type, evidence, named.compared(facts)),
    }),
  };
  await executeStep(context, step, lost);
  return 'written';
}

/** Those of this name under the same parent; where none has it to the letter, those whose name has the same words. */
export function sameNamed<T>(
  found: readonly T[],
  hasParent: (one: T) => boolean,
  name: string,
  nameOf: (one: T) => string | null,
): readonly T[] {
  const siblings = found.filter(hasParent);
  const exact = siblings.filter((one) => nameOf(one) === name);
  return exact.length > 0 ? exact : siblings.filter((one) => haveSameWords(nameOf(one), name));
}
