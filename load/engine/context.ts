import type { Readable } from 'node:stream';
import type pg from 'pg';
import type { Intercom } from '../../intercom/client.ts';
import type { SeenBehaviour } from '../../intercom/probes.ts';
import type { Identity } from '../../platform/identity.ts';
import type { Journal } from '../../platform/journal.ts';
import type { ProcessLease } from '../../platform/process-lease.ts';
import type { Verdict } from '../../platform/verdict-writer.ts';
import type { Abort } from './abort.ts';
import type { Semaphore } from './semaphore.ts';

/** How long a call that certainly had no effect is tried again. */
export interface RetryPolicy {
  /** Attempts at one call, and at one record whose answers get lost. */
  readonly attempts: number;
  /** Wait before the second attempt, in milliseconds; it doubles with each further one. */
  readonly firstWaitMs: number;
}

/** Calls whose answers were lost, and how long objects waited until they could be looked up. */
export interface LostCalls {
  calls: number;
  waitedMs: number;
}

/** Bytes by their SHA-256 in hexadecimal. */
export interface Blobs {
  has(hash: string): Promise<boolean>;
  open(hash: string): Promise<Readable>;
}

/** What happens to the fields of an object that was there before the migration (RULES P3). */
export type OnExisting = 'leave' | 'fill_empty' | 'overwrite';

/** The policy of each kind of object that can be written to although it existed. */
export type ExistingPolicy = Readonly<Record<'contact' | 'company', OnExisting>>;

/** What every part of one load works with. */
export interface LoadContext {
  readonly pool: pg.Pool;
  readonly intercom: Intercom;
  readonly journal: Journal;
  readonly semaphore: Semaphore;
  readonly abort: Abort;
  readonly retry: RetryPolicy;
  /** What lost calls cost so far. */
  readonly lostCalls: LostCalls;
  readonly workspaceIdCode: string;
  readonly runId: string;
  /** The right to write: claims, intents and outcomes are taken under it. */
  readonly lease: ProcessLease;
  /** Gets a lost lease again and hears what the other processes told meanwhile: that may stop the load. */
  regainLease(): Promise<void>;
  /** Teammate who assigns and closes, and who stands in for authors without a teammate (RULES T5). */
  readonly fallbackAdminId: string;
  /** How long a created conversation may stay invisible to search, in milliseconds. */
  readonly searchLagMs: number;
  /** Whether a teammate's comment is read as HTML (probe `comment_html`). */
  readonly commentsKeepHtml: boolean;
  /** Largest request body, in bytes. */
  readonly bodyLimitBytes: number;
  /** Whether a late notified_at means that somebody was notified. */
  readonly notifiedAtTells: boolean;
  /** What the canary saw of the workspace: how texts are sent, and what answers can be held to. */
  readonly seen: SeenBehaviour;
  /** What is written to contacts and companies that existed before the migration. */
  readonly onExisting: ExistingPolicy;
  /** Where the bytes of files lie. */
  readonly blobs: Blobs;
  /** Whether closed conversations get their team beside their agent, at one call more. */
  readonly assignsClosedToBoth: boolean;
  /** Records something that needed no writing call, with its verdicts, in one transaction. */
  link(identity: Identity, verdicts: readonly Verdict[]): Promise<void>;
  /** The same for several things at once. */
  linkAll(identities: readonly Identity[], verdicts: readonly Verdict[]): Promise<void>;
}
