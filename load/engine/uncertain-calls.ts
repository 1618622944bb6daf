import { setTimeout as sleep } from 'node:timers/promises';
import { msUntilEffect } from '../../intercom/effect-wait.ts';
import type { OpenIntent } from '../../platform/journal.ts';
import type { LoadContext } from './context.ts';
import { RecordRefused } from './errors.ts';

/** Waits until the lost calls took effect or never will (`msUntilEffect`), without holding a place among the objects at work. */
export async function waitForEffect(
  { intercom, lostCalls, semaphore, abort }: LoadContext,
  lost: readonly Pick<OpenIntent, 'sentAtMs'>[],
  searchLagMs = 0,
): Promise<void> {
  const sentAtMs = Math.max(...lost.map((intent) => intent.sentAtMs));
  const waitMs = msUntilEffect(intercom, sentAtMs, searchLagMs);
  if (waitMs > 0) {
    lostCalls.waitedMs += waitMs;
    await semaphore.park(() => sleep(waitMs, undefined, { signal: abort.signal }).catch(() => undefined));
  }
  abort.check();
}

/** More than one thing in Intercom may be what a lost call made: a person says which, nothing is sent meanwhile. */
export class AmbiguousEffect extends RecordRefused {
  override readonly name = 'AmbiguousEffect';

  constructor(what: string, where: string, ids: readonly string[]) {
    super(
      `The answer to a call was lost, and ${what} may be any of ${ids.length} in ${where}: ${ids.join(', ')}.`,
      `Look at ${ids.join(' and ')} in Intercom, delete or redact what is there too often or is not from the migration, then: itop-to-intercom load --retry failed`,
    );
  }
}

/** The only candidate; undefined when there is none. Throws AmbiguousEffect when there are several. */
export function onlyOne<T extends { readonly id: string }>(
  candidates: readonly T[],
  what: string,
  where: string,
): T | undefined {
  if (candidates.length <= 1) return candidates[0];
  throw new AmbiguousEffect(
    what,
    where,
    candidates.map(({ id }) => id),
  );
}
