import type { Call } from '../intercom/call.ts';
import type { Identity } from '../platform/identity.ts';
import { carryOut, type Evidence } from './carry-out.ts';
import type { LoadContext } from './context.ts';
import type { Loaded, PendingItem } from './phase.ts';
import { sendPatiently } from './send-patiently.ts';
import { type ComparedField, verdictsOf } from './verdicts.ts';

/** How one kind of thing that Intercom knows by no key of ours is made, or found by its name. */
export interface Named<T extends { readonly id: string }> {
  /** What was there already under the name. */
  readonly present: T | undefined;
  /** Name of the field that it is found by. */
  readonly nameField: string;
  readonly call: Call<T>;
  /** Looks for it among all that is not known as ours: a create without answer may be days old. */
  lookUp(): Promise<T | undefined>;
  identity(facts: T, origin: Identity['origin']): Identity;
  compared(facts: T): readonly ComparedField[];
}

/** Uses the one that is there as it is (invariant 5), unless a lost call of ours may have made it; else creates it. */
export async function createOrLink<T extends { readonly id: string }>(
  context: LoadContext,
  { target, open }: Pick<PendingItem<unknown>, 'target' | 'open'>,
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
    quietMs: context.intercom.timeoutMs,
    lookUp: () => named.lookUp(),
    accept: (facts: T, evidence: Evidence) => ({
      response: { id: facts.id },
      identities: [named.identity(facts, 'created')],
      verdicts: verdictsOf(context, target, target.type, evidence, named.compared(facts)),
    }),
  };
  await carryOut(context, step, lost);
  return 'written';
}

/** All items of a list that is read by page number. */
export async function allPages<T>(
  context: LoadContext,
  list: (page: number) => Call<{ readonly items: readonly T[]; readonly hasMore: boolean }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; ; page += 1) {
    const { items, hasMore } = (await sendPatiently(context, list(page))).value;
    all.push(...items);
    if (!hasMore) return all;
  }
}
