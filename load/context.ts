import type pg from 'pg';
import type { Intercom } from '../intercom/client.ts';
import type { Identity } from '../platform/identity.ts';
import type { Journal } from '../platform/journal.ts';
import type { Verdict } from '../platform/verdict-writer.ts';
import type { Slots } from './slots.ts';
import type { Stop } from './stop.ts';

/** How long a call that certainly had no effect is tried again. */
export interface Patience {
  /** Attempts at one call, and at one record whose answers get lost. */
  readonly attempts: number;
  /** Wait before the second attempt, in milliseconds; it doubles with each further one. */
  readonly firstWaitMs: number;
}

/** What every part of one load works with. */
export interface LoadContext {
  readonly pool: pg.Pool;
  readonly intercom: Intercom;
  readonly journal: Journal;
  readonly slots: Slots;
  readonly stop: Stop;
  readonly patience: Patience;
  readonly workspaceIdCode: string;
  readonly runId: string;
  readonly processId: string;
  /** Teammate who assigns and closes, and who stands in for authors without a teammate (RULES T5). */
  readonly fallbackAdminId: string;
  /** How long a created conversation may stay invisible to search, in milliseconds. */
  readonly searchLagMs: number;
  /** Records something that needed no writing call, with its verdicts, in one transaction. */
  link(identity: Identity, verdicts: readonly Verdict[]): Promise<void>;
}
