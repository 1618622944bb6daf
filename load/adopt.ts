import type pg from 'pg';
import { listContactsPage, listConversationsPage, listInstancesPage } from '../intercom/adoptable.ts';
import { retrieveCompany } from '../intercom/companies.ts';
import type { ConversationFacts, PartFacts } from '../intercom/conversation-facts.ts';
import { isWritten } from '../intercom/conversation-touch.ts';
import { retrieveConversation } from '../intercom/conversations.ts';
import { NotFound } from '../intercom/errors.ts';
import { listTags } from '../intercom/tags.ts';
import type { Identity } from '../platform/identity.ts';
import type { ProgressStep } from '../platform/progress.ts';
import type { Verdict } from '../platform/verdict-writer.ts';
import { completeIdentities, conversationSelect } from './conversation/conversation-phase.ts';
import { partsToSend } from './conversation/files.ts';
import { hasMarker } from './conversation/find-conversation.ts';
import { findPart } from './conversation/find-part.ts';
import { partIdentities, partToSend } from './conversation/part-step.ts';
import { conversationTarget, remainingSettings } from './conversation/steps.ts';
import { type ConversationRow, fetchThreads, type Thread } from './conversation/thread.ts';
import { conversationVerdicts } from './conversation/verdicts.ts';
import { verdictsOf } from './desired-state/verdicts.ts';
import type { LoadContext } from './engine/context.ts';
import { send } from './engine/send.ts';
import { type CompanyRow, companyIdentity, companySelect, organizationKeyAttribute } from './object/company.ts';
import { type ContactRow, contactIdentity, contactSelect, sourceKeyAttribute } from './object/contact.ts';
import { type CustomObjectRow, customObjectSelect, instanceIdentity } from './object/custom-object.ts';

/** What was found in the workspace and is known as ours again. */
export interface Adopted {
  readonly companies: number;
  readonly contacts: number;
  readonly customObjects: number;
  readonly tags: number;
  readonly conversations: number;
  /** Conversations of which parts or steps are missing: the next load goes on with them. */
  readonly incomplete: number;
  readonly parts: number;
  /** Tickets that have more than one conversation. */
  readonly duplicates: readonly string[];
}

/**
 * Rebuilds `load.identity` from what the workspace shows, when the database was lost and filled again from iTop: companies
 * and contacts by the source key they carry, instances by external id, conversations by the marker, their parts by time,
 * author and words, tags by name. Only reads. Attributes, collections and articles carry no key of ours: the next load links those of
 * the same name.
 */
export async function adopt(
  context: LoadContext,
  progress: (name: string, total: number) => ProgressStep,
): Promise<Adopted> {
  const companies = await adoptCompanies(context, progress);
  const contacts = await adoptContacts(context, progress);
  const customObjects = await adoptInstances(context, progress);
  const tags = await adoptTags(context);
  return { companies, contacts, customObjects, tags, ...(await adoptConversations(context, progress)) };
}

type OpenStep = (name: string, total: number) => ProgressStep;

async function rowsOf<Row extends pg.QueryResultRow>(context: LoadContext, select: string): Promise<Row[]> {
  return (
    await context.pool.query<Row>(`select * from (${select}) adoptable where $1::text is not null`, [
      context.workspaceIdCode,
    ])
  ).rows;
}

async function adoptCompanies(context: LoadContext, openStep: OpenStep): Promise<number> {
  const rows = await rowsOf<CompanyRow>(context, companySelect);
  const step = openStep('adopt companies', rows.length);
  let adopted = 0;
  for (const row of rows) {
    step.advance(1);
    const found = await orNothing(() => send(context, retrieveCompany(row.company_id)));
    if (found?.value.customAttributes[organizationKeyAttribute] !== row.target_key) continue;
    await context.link(companyIdentity(row, found.value, 'created'), []);
    adopted += 1;
  }
  step.done();
  return adopted;
}

async function adoptContacts(context: LoadContext, openStep: OpenStep): Promise<number> {
  const rows = await rowsOf<ContactRow>(context, contactSelect);
  const byKey = new Map(rows.map((row) => [row.target_key, row]));
  const step = openStep('adopt contacts', rows.length);
  let adopted = 0;
  let after: string | undefined;
  do {
    const page = (await send(context, listContactsPage(after))).value;
    for (const facts of page.items) {
      const row = byKey.get(String(facts.customAttributes[sourceKeyAttribute] ?? ''));
      if (row === undefined) continue;
      await context.link(contactIdentity(row, facts, 'created'), []);
      adopted += 1;
      step.advance(1);
    }
    after = page.startingAfter;
  } while (after !== undefined);
  step.done();
  return adopted;
}

async function adoptInstances(context: LoadContext, openStep: OpenStep): Promise<number> {
  const rows = await rowsOf<CustomObjectRow>(context, customObjectSelect);
  const step = openStep('adopt custom objects', rows.length);
  const byType = Map.groupBy(rows, (row) => row.type_identifier);
  let adopted = 0;
  for (const [type, ofType] of byType) {
    const byExternalId = new Map(ofType.map((row) => [row.external_id, row]));
    for (let page = 1, hasMore = true; hasMore; page += 1) {
      const found = await orNothing(() => send(context, listInstancesPage(type, page)));
      for (const facts of found?.value.items ?? []) {
        const row = byExternalId.get(facts.externalId ?? '');
        if (row === undefined) continue;
        await context.link(instanceIdentity(row, facts, 'created'), []);
        adopted += 1;
        step.advance(1);
      }
      hasMore = found?.value.hasMore ?? false;
    }
  }
  step.done();
  return adopted;
}

/** Tags have no other key than their name: whether they were there before the migration is not known any more. */
async function adoptTags(context: LoadContext): Promise<number> {
  const rows = await rowsOf<{ target_key: string; name: string; payload_hash: Buffer }>(
    context,
    'select target_key, name, payload_hash from intercom.tag',
  );
  const held = rows.length === 0 ? [] : (await send(context, listTags())).value;
  const identities = rows.flatMap((row): Identity[] => {
    const tag = held.find((one) => one.name.toLowerCase() === row.name.toLowerCase());
    if (tag === undefined) return [];
    return [
      {
        targetType: 'tag',
        targetKey: row.target_key,
        targetId: tag.id,
        origin: 'linked',
        payloadHash: row.payload_hash,
      },
    ];
  });
  await context.linkAll(identities, []);
  return identities.length;
}

/** Rows of one page of tickets that are looked at together. */
const pageSize = 100;

async function adoptConversations(context: LoadContext, openStep: OpenStep) {
  const ids = await conversationsByMarker(context);
  const rows = (await rowsOf<ConversationRow>(context, conversationSelect)).filter((row) => ids.has(row.marker));
  const step = openStep('adopt conversations', rows.length);
  const duplicates: string[] = [];
  let parts = 0;
  let incomplete = 0;
  for (let from = 0; from < rows.length; from += pageSize) {
    const page = rows.slice(from, from + pageSize);
    const threads = await fetchThreads(context.pool, context.workspaceIdCode, page);
    for (const row of page) {
      const [oldest, ...others] = ids.get(row.marker) ?? [];
      const thread = threads.get(row.target_key);
      step.advance(1);
      if (oldest === undefined || thread === undefined) continue;
      if (others.length > 0) duplicates.push(row.target_key);
      const facts = (await send(context, retrieveConversation(oldest))).value;
      const adopted = adoptThread(context, thread, facts);
      parts += adopted.parts;
      if (!adopted.isComplete) incomplete += 1;
      const single: Verdict[] = verdictsOf(context, conversationTarget(row), 'single', 'list', [
        ['conversations', oldest, [oldest, ...others].join(' ')],
      ]);
      await context.linkAll(adopted.identities, [...single, ...adopted.verdicts]);
    }
  }
  step.done();
  return { conversations: rows.length, incomplete, parts, duplicates };
}

/** Ids of the conversations that carry a marker, oldest first, from the list of all. */
async function conversationsByMarker(context: LoadContext): Promise<Map<string, string[]>> {
  const markers = await context.pool.query<{ marker: string }>('select marker from intercom.conversation');
  const wanted = new Set(markers.rows.map((row) => row.marker));
  const found = new Map<string, string[]>();
  let after: string | undefined;
  do {
    const page = (await send(context, listConversationsPage(after))).value;
    for (const conversation of page.conversations) {
      const body = conversation.sourceBody ?? '';
      for (const word of body.match(/[\p{L}\p{N}]+/gu) ?? []) {
        if (!wanted.has(word) || !hasMarker(body, word)) continue;
        found.set(word, [...(found.get(word) ?? []), conversation.id]);
        break;
      }
    }
    after = page.startingAfter;
  } while (after !== undefined);
  for (const list of found.values()) list.sort((a, b) => Number(a) - Number(b));
  return found;
}

function adoptThread(context: LoadContext, thread: Thread, facts: ConversationFacts) {
  const { row } = thread;
  const identities: Identity[] = [
    {
      targetType: 'conversation',
      targetKey: row.target_key,
      targetId: facts.id,
      origin: 'created',
      payloadHash: row.payload_hash,
      sentCreatedAt: row.created_at,
    },
  ];
  const planned = partsToSend(context, thread).map((part) => partToSend(context, part.row, part.files));
  const matches = planned.map((part) => {
    const isFree = (candidate: PartFacts) =>
      isWritten(candidate) && candidate.createdAt === part.createdAt && !thread.partIds.includes(candidate.id);
    // A part whose words somebody edited is still the one of that second.
    const found = findPart(facts, part, thread.partIds) ?? facts.parts.find(isFree);
    if (found !== undefined) thread.partIds.push(found.id);
    return found;
  });
  // Parts are sent strictly in order: before the last that is there, none can be missing. One that is not recognised was edited,
  // or is older than what an answer shows.
  const last = matches.findLastIndex((match) => match !== undefined);
  for (const [index, part] of planned.slice(0, last + 1).entries())
    identities.push(...partIdentities(part, matches[index]));
  for (const part of planned) {
    if (part.authorType !== 'contact' || part.authorId === row.contact_id || !facts.contactIds.includes(part.authorId))
      continue;
    identities.push({
      targetType: 'participant',
      targetKey: `${row.target_key}/${part.row.author_key ?? ''}`,
      targetId: part.authorId,
      origin: 'created',
    });
  }
  const settings = remainingSettings(context, thread, facts.id);
  const done = settings.filter((setting) => setting.isSet(facts));
  identities.push(
    ...done.map(({ targetType, targetKey, targetId }) => ({
      targetType,
      targetKey,
      targetId,
      origin: 'created' as const,
    })),
  );
  const isComplete = last === planned.length - 1 && done.length === settings.length;
  if (isComplete) identities.push(...completeIdentities(context, thread, facts));
  return {
    identities,
    isComplete,
    parts: last + 1,
    verdicts: isComplete ? conversationVerdicts(context, thread, facts, 'fresh_read') : [],
  };
}

async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
