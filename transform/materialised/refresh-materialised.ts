import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import type { ViewFile } from '../view-files.ts';
import { collectChangedKeys } from './changed-keys.ts';
import { doAllNeedRebuild, needsRebuild } from './fingerprint.ts';
import { rememberLoadedContacts } from './loaded-contacts.ts';
import { relationsOfStage } from './materialised-relations.ts';
import { type Refresh, refreshRelation } from './refresh-relation.ts';
import { inSnapshot } from './snapshot.ts';
import { markConversations, markTracedTickets } from './stale-tickets.ts';
import { decideFolds } from './thread-folds.ts';

/**
 * First half of a transform: people and messages, for the objects in `ops.changed_object`, which is consumed.
 *
 * One repeatable-read transaction sees one state of raw: what lands meanwhile stays in the set for the next transform. The tickets
 * whose threads and conversations are out of date now are left in `ops.stale_owner` for the second half. Throws NotComputable.
 */
export function refreshSources(pool: pg.Pool, files: readonly ViewFile[]): Promise<Refresh[]> {
  return inSnapshot(pool, files, async (context) => {
    const { client } = context;
    await rememberLoadedContacts(client);
    await collectChangedKeys(client);
    // A first build reads everything: no ticket need be named.
    if (!(await doAllNeedRebuild(context, relationsOfStage('source')))) await markTracedTickets(client);
    const refreshes: Refresh[] = [];
    for (const relation of relationsOfStage('source')) refreshes.push(await refreshRelation(context, relation));
    if (!(await doAllNeedRebuild(context, relationsOfStage('thread', 'conversation')))) await markConversations(client);
    await warehouse(client).deleteFrom('ops.changed_object').execute();
    return refreshes;
  });
}

/** Whether the bodies of all conversations are read by the next second half, and not only those of the tickets in `ops.stale_owner`. */
export function doConversationsNeedRebuild(pool: pg.Pool, files: readonly ViewFile[]): Promise<boolean> {
  return inSnapshot(pool, files, (context) => needsRebuild(context, 'intercom.conversation_part'));
}

/** Second half: threads and what shows bodies, for the tickets in `ops.stale_owner`. Needs every body to be rendered. Throws NotComputable. */
export function refreshConversations(pool: pg.Pool, files: readonly ViewFile[]): Promise<Refresh[]> {
  return inSnapshot(pool, files, async (context) => {
    const refreshes: Refresh[] = [];
    for (const relation of relationsOfStage('thread')) refreshes.push(await refreshRelation(context, relation));
    await decideFolds(context);
    for (const relation of relationsOfStage('conversation')) refreshes.push(await refreshRelation(context, relation));
    return refreshes;
  });
}
