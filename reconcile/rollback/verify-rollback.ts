import { setTimeout as sleep } from 'node:timers/promises';
import type { NotNull } from 'kysely';
import type pg from 'pg';
import type { Call } from '../../intercom/call.ts';
import { retrieveCompanyById } from '../../intercom/companies.ts';
import { NotFound } from '../../intercom/errors.ts';
import { numberedPages } from '../../intercom/numbered-pages.ts';
import { instanceTypeIn } from '../../intercom/object-kind.ts';
import { type Sender, sendCall } from '../../intercom/send-call.ts';
import {
  type ListPage,
  listContacts,
  listConversations,
  listDeletedConversations,
} from '../../intercom/workspace-lists.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import type { Run } from '../../platform/run-record.ts';
import { type Verdict, writeVerdicts } from '../../platform/verdict-writer.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { type KnownKinds, listObjects } from '../list-objects.ts';

const longestWaitMs = 10_000;

export interface VerifyRequest extends Sender, KnownKinds {
  readonly pool: pg.Pool;
  readonly workspaceIdCode: string;
  readonly run: Pick<Run, 'runId'>;
  readonly planId: string;
  readonly inFlight: number;
}

/**
 * Reads back what was deleted: conversations must stand in the list of deleted ones, and nothing deleted may stand in the lists of
 * live ones; companies, which lists leave out when they have no contacts, are asked for one by one. One verdict a thing; gives the things that are not as they should be.
 */
export async function verifyRollback(request: VerifyRequest): Promise<string[]> {
  const { pool, workspaceIdCode, planId, run } = request;
  const rows = await warehouse(pool)
    .selectFrom('reconcile.rollback_item')
    .select(['target_type', 'target_key', 'target_id', 'path'])
    .$narrowType<{ path: NotNull }>()
    .where('plan_id', '=', planId)
    .where('state', '=', 'done')
    .where('action', '=', 'delete')
    .orderBy('position')
    .execute();
  const conversations = rows.filter((row) => row.target_type === 'conversation').map((row) => row.target_id);
  const tombstones = conversations.length === 0 ? new Set<string>() : await deletedOf(request, new Set(conversations));
  const live = await liveThings(request, rows);
  const verdicts = rows.map((row): Verdict => {
    const isListed = live.has(`${row.target_type} ${row.target_id}`);
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

async function deletedOf(sender: Sender, wanted: ReadonlySet<string>): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const ids of numberedPages(sender, listDeletedConversations)) {
    for (const id of ids) if (wanted.has(id)) found.add(id);
    if (found.size === wanted.size) break;
  }
  return found;
}

/** What is still there of the kinds of some items, as `kind id`. */
async function liveThings(
  sender: VerifyRequest,
  items: readonly { target_type: string; target_id: string; path: string }[],
): Promise<Set<string>> {
  const live = new Set<string>();
  const types = new Set(items.map((item) => item.target_type));
  if (types.has('conversation')) await collectIds(sender, 'conversation', listConversations, live);
  if (types.has('contact')) await collectIds(sender, 'contact', listContacts, live);
  const instances = items.filter((item) => item.target_type === 'custom_object_instance');
  const instanceTypes = [...new Set(instances.map((item) => instanceTypeIn(item.path)))];
  for await (const objects of listObjects(sender, { types, instanceTypes })) {
    for (const { objectType, id } of objects) live.add(`${objectType} ${id}`);
  }
  const companies = items.filter((item) => item.target_type === 'company');
  await inParallel(companies, sender.inFlight, async ({ target_id: id }) => {
    if (await isCompanyThere(sender, id)) live.add(`company ${id}`);
  });
  return live;
}

/** Intercom deletes a company some time after its answer: one that is still there is asked for again, for a while. */
async function isCompanyThere(sender: Sender, id: string): Promise<boolean> {
  for (let waitMs = 200; ; waitMs *= 2) {
    try {
      await sendCall(sender, retrieveCompanyById(id));
    } catch (error) {
      if (error instanceof NotFound) return false;
      throw error;
    }
    if (waitMs > longestWaitMs) return true;
    await sleep(waitMs);
  }
}

async function collectIds<T extends { readonly id: string }>(
  sender: Sender,
  kind: string,
  list: (startingAfter?: string) => Call<ListPage<T>>,
  ids: Set<string>,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const { value: page } = await sendCall(sender, list(cursor));
    for (const { facts } of page.items) ids.add(`${kind} ${facts.id}`);
    cursor = page.startingAfter;
  } while (cursor !== undefined);
}
