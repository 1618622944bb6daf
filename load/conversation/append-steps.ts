import { sql } from 'kysely';
import { findIdentities } from '../../platform/identity.ts';
import { warehouse } from '../../platform/warehouse.ts';
import type { Base } from '../desired-state/change-object.ts';
import type { LoadContext } from '../engine/context.ts';
import { type ChangedPart, changeNote } from './changed-parts.ts';
import { hashOfText } from './conversation-fields.ts';
import { partStep, partToSend } from './part-step.ts';
import { messageSteps, participantSteps, tagging } from './remaining-steps.ts';
import { type ConversationStep, settingStep } from './steps.ts';
import type { Thread } from './thread.ts';

/** New parts and files, notes on changed texts, and the participants that new authors have to be made. */
export async function appendSteps(
  context: LoadContext,
  thread: Thread,
  conversationId: string,
  base: Base,
  changed: readonly ChangedPart[],
): Promise<ConversationStep[]> {
  const at = new Date(
    Math.max(
      (thread.openedAt ?? thread.row.created_at).getTime(),
      ...thread.parts.map((part) => part.created_at.getTime()),
    ),
  );
  const notes = changed.flatMap(({ row, news }) =>
    news === undefined ? [] : [changeNote(thread, row.target_key, news, at)],
  );
  const opening = await changedOpening(context, thread, base);
  if (opening !== undefined) notes.push(changeNote(thread, `${thread.row.target_key}#description`, opening, at));
  const unsent = await unsentNotes(
    context,
    notes.map((note) => note.target_key),
  );
  return [
    ...messageSteps(context, thread, conversationId),
    ...notes
      .filter((note) => unsent.has(note.target_key))
      .flatMap((note) => {
        const part = partToSend(context, note);
        return [
          ...participantSteps(context, thread, conversationId, part),
          partStep(context, thread, conversationId, part),
        ];
      }),
    ...tagging(context, thread, conversationId).map((setting) => settingStep(context, thread, conversationId, setting)),
  ];
}

async function unsentNotes(context: LoadContext, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const known = await findIdentities(context.pool, context.workspaceIdCode, 'part', keys);
  return new Set(keys.filter((key) => !known.has(key)));
}

/** The new description, where it differs from the one that opened the conversation or was told last. */
async function changedOpening(context: LoadContext, thread: Thread, base: Base): Promise<string | undefined> {
  const { row } = thread;
  if (base.fields !== undefined && base.fields.lastApplied.opening === hashOfText(row.body)) return undefined;
  if (base.fields === undefined) {
    const first = await warehouse(context.pool)
      .selectFrom('load.journal')
      .select(sql<string>`payload ->> 'body'`.as('body'))
      .where('workspace_id_code', '=', context.workspaceIdCode)
      .where('source_key', '=', row.source_key)
      .where('operation', '=', 'createConversation')
      .where('state', '=', 'done')
      // After a rollback and another load there are two: the last made the conversation that is there.
      .orderBy('journal_id', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (first === undefined || hashOfText(first.body) === hashOfText(row.body)) return undefined;
  }
  return `The description was changed in iTop. It is now:\n\n${row.body}`;
}
