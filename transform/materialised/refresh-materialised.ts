import type pg from 'pg';
import type { ProgressStep } from '../../platform/progress.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { renderMissingBodies } from '../render/render-missing.ts';
import type { ViewFile } from '../view-files.ts';
import { collectChangedKeys } from './changed-keys.ts';
import { doAllNeedRebuild, needsRebuild } from './fingerprint.ts';
import { rememberLoadedContacts } from './loaded-contacts.ts';
import { relationsOfStage } from './materialised-relations.ts';
import { type Refresh, refreshRelation } from './refresh-relation.ts';
import { inSnapshot } from './snapshot.ts';
import { markConversations, markTracedTickets } from './stale-tickets.ts';
import { decideFolds } from './thread-folds.ts';

/** What the first half needs to render the bodies of values. */
export interface Rendering {
  readonly step: ProgressStep;
  /** Hosts whose addresses are iTop's; undefined where none is known. */
  readonly itopHosts: ReadonlySet<string> | undefined;
}

interface Sources {
  readonly refreshes: readonly Refresh[];
  readonly renderedBodies: number;
}

/**
 * First half of a transform: people and messages, for the objects in `ops.changed_object`, which is consumed. The bodies of their values
 * are rendered in the same transaction.
 *
 * One repeatable-read transaction sees one state of raw: what lands meanwhile stays in the set for the next transform. The tickets
 * whose threads and conversations are out of date now are left in `ops.stale_owner` for the second half. Throws NotComputable.
 */
export function refreshSources(
  pool: pg.Pool,
  files: readonly ViewFile[],
  { step, itopHosts }: Rendering,
): Promise<Sources> {
  return inSnapshot(pool, files, async (context) => {
    const { client } = context;
    await rememberLoadedContacts(client);
    await collectChangedKeys(client);
    // Contacts and companies may show values that are HTML. By the same snapshot: a value that lands meanwhile has its turn with its object.
    const renderedBodies = await renderMissingBodies(pool, step, {
      of: 'values and articles',
      itopHosts,
      within: client,
    });
    // A first build reads everything: no ticket need be named.
    if (!(await doAllNeedRebuild(context, relationsOfStage('source')))) await markTracedTickets(client);
    const refreshes: Refresh[] = [];
    for (const relation of relationsOfStage('source')) refreshes.push(await refreshRelation(context, relation));
    if (!(await doAllNeedRebuild(context, relationsOfStage('thread', 'conversation')))) await markConversations(client);
    await warehouse(client).deleteFrom('ops.changed_object').execute();
    return { refreshes, renderedBodies };
  });
}

/** Whether the bodies of all conversations are read by the next second half, and not only those of the tickets in `ops.stale_owner`. */
export function doConversationsNeedRebuild(pool: pg.Pool, files: readonly ViewFile[]): Promise<boolean> {
  return inSnapshot(pool, files, (context) => needsRebuild(context, 'intercom.conversation_part'));
}

/** The threads of the tickets in `ops.stale_owner`. They name bodies and show none: these may be rendered meanwhile. Throws NotComputable. */
export function refreshThreads(pool: pg.Pool, files: readonly ViewFile[]): Promise<Refresh[]> {
  return inSnapshot(pool, files, async (context) => {
    const refreshes: Refresh[] = [];
    for (const relation of relationsOfStage('thread')) refreshes.push(await refreshRelation(context, relation));
    return refreshes;
  });
}

/** Second half: what shows bodies, for the tickets in `ops.stale_owner`. Needs their threads, and every body to be rendered. Throws NotComputable. */
export function refreshConversations(pool: pg.Pool, files: readonly ViewFile[]): Promise<Refresh[]> {
  return inSnapshot(pool, files, async (context) => {
    const refreshes: Refresh[] = [];
    await decideFolds(context);
    for (const relation of relationsOfStage('conversation')) refreshes.push(await refreshRelation(context, relation));
    return refreshes;
  });
}
