import type pg from 'pg';
import type { Call } from '../../intercom/call.ts';
import { type RepeatableSender, sendRepeatable } from '../../intercom/send-repeatable.ts';
import {
  type ListPage,
  listContacts,
  listConversations,
  listDeletedConversations,
} from '../../intercom/workspace-lists.ts';
import type { Run } from '../../platform/run-record.ts';
import { type Verdict, writeVerdicts } from '../../platform/verdict-writer.ts';

export interface VerifyRequest extends RepeatableSender {
  readonly pool: pg.Pool;
  readonly workspaceIdCode: string;
  readonly run: Pick<Run, 'runId'>;
  readonly planId: string;
}

/**
 * Reads back what was deleted: conversations must stand in the list of deleted ones, and nothing deleted may stand in the lists of
 * live ones. One verdict a thing; gives the things that are not as they should be.
 */
export async function verifyRollback(request: VerifyRequest): Promise<string[]> {
  const { pool, workspaceIdCode, planId, run } = request;
  const { rows } = await pool.query<{ target_type: string; target_key: string; target_id: string }>(
    `select target_type, target_key, target_id from reconcile.rollback_item
     where plan_id = $1 and state = 'done' and action = 'delete' and target_type in ('conversation', 'contact') order by position`,
    [planId],
  );
  const conversations = rows.filter((row) => row.target_type === 'conversation').map((row) => row.target_id);
  const tombstones = conversations.length === 0 ? new Set<string>() : await deletedOf(request, new Set(conversations));
  const live = await liveIds(request);
  const verdicts = rows.map((row): Verdict => {
    const isListed = live.has(row.target_id);
    const isRecorded = row.target_type !== 'conversation' || tombstones.has(row.target_id);
    const isRight = !isListed && isRecorded;
    return {
      workspaceIdCode,
      runId: run.runId,
      phase: 'rollback',
      objectType: row.target_type,
      targetKey: row.target_key,
      check: 'is deleted',
      evidence: 'list',
      expected: 'deleted',
      actual: isListed ? 'in the list of live ones' : isRecorded ? 'deleted' : 'in no list of deleted ones',
      verdict: isRight ? 'passed' : 'failed',
      ...(isRight ? {} : { reasonCode: 'not_deleted' }),
    };
  });
  for (let from = 0; from < verdicts.length; from += 1_000)
    await writeVerdicts(pool, verdicts.slice(from, from + 1_000));
  return verdicts.filter((v) => v.verdict !== 'passed').map((v) => `${v.objectType} ${v.targetKey} is ${v.actual}`);
}

async function deletedOf(sender: RepeatableSender, wanted: ReadonlySet<string>): Promise<Set<string>> {
  const found = new Set<string>();
  for (let page = 1; ; page += 1) {
    const { value } = await sendRepeatable(sender, listDeletedConversations(page));
    for (const id of value.ids) if (wanted.has(id)) found.add(id);
    if (!value.hasMore || found.size === wanted.size) return found;
  }
}

async function liveIds(sender: RepeatableSender): Promise<Set<string>> {
  const live = new Set<string>();
  await collectIds(sender, listConversations, live);
  await collectIds(sender, listContacts, live);
  return live;
}

async function collectIds<T extends { readonly id: string }>(
  sender: RepeatableSender,
  list: (startingAfter?: string) => Call<ListPage<T>>,
  ids: Set<string>,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const { value: page } = await sendRepeatable(sender, list(cursor));
    for (const { facts } of page.items) ids.add(facts.id);
    cursor = page.startingAfter;
  } while (cursor !== undefined);
}
