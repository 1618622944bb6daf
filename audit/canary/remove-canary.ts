import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type pg from 'pg';
import { renameConversationAttribute } from '../../intercom/attributes.ts';
import type { Call } from '../../intercom/call.ts';
import type { Intercom } from '../../intercom/client.ts';
import { msUntilEffect } from '../../intercom/effect-wait.ts';
import { Forbidden, IntercomError, NotFound, TokenRefused } from '../../intercom/errors.ts';
import {
  archiveDataAttribute,
  deleteCompany,
  deleteContact,
  deleteConversation,
  deleteConversationAttribute,
} from '../../intercom/removals.ts';
import { searchByField } from '../../intercom/silence-facts.ts';
import { anyOf, clockTimestamp, warehouse } from '../../platform/warehouse.ts';
import { type CanaryWrite, canaryToken, readWrites } from './canary-writes.ts';
import { latestCanary } from './check-canary.ts';

export interface RemovedCanary {
  readonly canaryId: string | null;
  readonly removed: readonly string[];
  /** What is still in the workspace, and why. */
  readonly left: readonly string[];
}

/** Conversations before contacts, and what they carry last. */
const order = [
  'conversation',
  'contact',
  'company',
  'conversation_attribute',
  'contact_attribute',
  'company_attribute',
];

/**
 * Takes out of the workspace what the latest canary put there, where Intercom can: conversations, contacts it made, its company and
 * its conversation attributes; attributes of contacts and companies can only be archived. A contact that was there before stays as it was.
 * From now on nothing of it is sent, also by a process that is stopped in the middle of it. What was on the way is looked for when it
 * took effect, or never will: then, and no sooner, nothing of it is left.
 */
export async function removeCanary(request: {
  readonly pool: pg.Pool;
  readonly intercom: Intercom;
  readonly workspaceIdCode: string;
  /** How long search may lag behind, in milliseconds. */
  readonly searchLagMs?: number;
  readonly signal?: AbortSignal;
}): Promise<RemovedCanary> {
  const { pool, intercom } = request;
  const canary = await latestCanary(pool, request.workspaceIdCode);
  if (canary === undefined) return { canaryId: null, removed: [], left: [] };
  await warehouse(pool)
    .updateTable('load.canary')
    .set({ state: 'removing' })
    .where('canary_id', '=', canary.canary_id)
    .execute();
  await untilEffect(request, (await readWrites(pool, canary.canary_id)).filter(isOpen));
  const writes = await readWrites(pool, canary.canary_id);
  const removed: string[] = [];
  const left: string[] = [];
  // A create whose answer was lost stands without an id: its text tells it.
  if (writes.some((one) => isOpen(one) && one.target_type === 'conversation')) {
    const found = await intercom.send(searchByField('source.body', canaryToken(canary.canary_id)));
    for (const { id } of found.value.filter((one) => one.opening.includes(canaryToken(canary.canary_id)))) {
      await removeOne(intercom, 'conversation', id);
      removed.push(`conversation ${id}`);
    }
  }
  const made = writes
    .filter(
      (one) =>
        one.state === 'done' && one.removed_at === null && one.target_id !== null && order.includes(one.target_type),
    )
    .sort((a, b) => order.indexOf(a.target_type) - order.indexOf(b.target_type));
  for (const one of made) await remove(pool, intercom, one, removed, left);
  for (const one of writes.filter(isOpen))
    if (one.target_type !== 'conversation')
      left.push(
        `${one.target_type} "${one.label}": its answer was lost; look for it by ${JSON.stringify(one.payload)}`,
      );
  await warehouse(pool)
    .updateTable('load.canary')
    .set({ state: 'removed' })
    .where('canary_id', '=', canary.canary_id)
    .execute();
  return { canaryId: canary.canary_id, removed, left };
}

/** It may have made something, or may still do so, and no answer says what. */
function isOpen(one: CanaryWrite): boolean {
  return (
    (one.state === 'intent' || one.state === 'uncertain') && one.sent_by !== null && order.includes(one.target_type)
  );
}

/** Their age is the database's to tell: whoever sent them may have had another clock. */
async function untilEffect(
  { pool, intercom, searchLagMs, signal }: Parameters<typeof removeCanary>[0],
  open: readonly CanaryWrite[],
): Promise<void> {
  if (open.length === 0) return;
  const { age_ms: ageMs } = await warehouse(pool)
    .selectFrom('load.canary_write')
    .select(sql<number>`extract(epoch from clock_timestamp() - max(sent_by))::float8 * 1000`.as('age_ms'))
    .where('write_id', '=', anyOf(open.map((one) => one.write_id)))
    .executeTakeFirstOrThrow();
  const isSearchedFor = open.some((one) => one.target_type === 'conversation');
  const waitMs = msUntilEffect(intercom, performance.now() - ageMs, isSearchedFor ? searchLagMs : 0);
  if (waitMs > 0) await pause(waitMs, undefined, { signal });
}

async function remove(
  pool: pg.Pool,
  intercom: Intercom,
  one: CanaryWrite,
  removed: string[],
  left: string[],
): Promise<void> {
  const name = `${one.target_type} ${one.target_id}`;
  try {
    await removeOne(intercom, one.target_type, one.target_id ?? '');
    await warehouse(pool)
      .updateTable('load.canary_write')
      .set({ removed_at: clockTimestamp })
      .where('write_id', '=', one.write_id)
      .execute();
    removed.push(
      ['contact_attribute', 'company_attribute'].includes(one.target_type)
        ? `${name} (archived: it cannot be deleted)`
        : name,
    );
  } catch (error) {
    if (!(error instanceof IntercomError)) throw error;
    if (error instanceof NotFound) {
      await warehouse(pool)
        .updateTable('load.canary_write')
        .set({ removed_at: clockTimestamp })
        .where('write_id', '=', one.write_id)
        .execute();
      removed.push(`${name} (was gone already)`);
      return;
    }
    await warehouse(pool)
      .updateTable('load.canary_write')
      .set({ left_reason: error.message })
      .where('write_id', '=', one.write_id)
      .execute();
    left.push(`${name}: ${error.message}`);
  }
}

async function removeOne(intercom: Intercom, type: string, id: string): Promise<void> {
  if (type === 'conversation') return removeConversation(intercom, id);
  // Deleting it only archives it, and its name would stay taken: the next canary needs it.
  if (type === 'conversation_attribute')
    await intercom.send(renameConversationAttribute(id, `itop_canary removed ${id}`));
  const calls: Readonly<Record<string, (targetId: string) => Call<null>>> = {
    contact: deleteContact,
    company: deleteCompany,
    conversation_attribute: deleteConversationAttribute,
    contact_attribute: archiveDataAttribute,
    company_attribute: archiveDataAttribute,
  };
  const call = calls[type];
  if (call !== undefined) await intercom.send(call(id));
}

/** With its metrics where the token may; a conversation that is gone already is removed. */
async function removeConversation(intercom: Intercom, id: string): Promise<void> {
  try {
    await intercom.send(deleteConversation(id, false));
  } catch (error) {
    if (error instanceof NotFound) return;
    if (!(error instanceof TokenRefused || error instanceof Forbidden)) throw error;
    await intercom.send(deleteConversation(id, true));
  }
}
