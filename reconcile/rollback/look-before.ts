import type pg from 'pg';
import { type ContactFacts, showContact } from '../../intercom/contacts.ts';
import { touchOf } from '../../intercom/conversation-touch.ts';
import { retrieveConversation } from '../../intercom/conversations.ts';
import { NotFound } from '../../intercom/errors.ts';
import { listCollections, retrieveArticle, retrieveCollection } from '../../intercom/help-center.ts';
import { numberedPages } from '../../intercom/numbered-pages.ts';
import { isSameText } from '../../intercom/same-text.ts';
import { isSameValue } from '../../intercom/same-value.ts';
import { type Sender, sendCall } from '../../intercom/send-call.ts';
import { listConversations } from '../../intercom/workspace-lists.ts';
import { visibleText } from '../../platform/visible-text.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { type KnownKinds, listObjects } from '../list-objects.ts';
import { observeCompany } from '../observe-workspace.ts';
import { readWrittenConversations } from '../written-conversations.ts';

/** A row of `reconcile.rollback_item` that is to be executed. */
export interface RollbackItem {
  readonly position: number;
  readonly target_type: string;
  readonly target_key: string;
  readonly source_key: string;
  readonly target_id: string;
  readonly action: string;
  readonly written: Readonly<Record<string, unknown>> | null;
  readonly former: Readonly<Record<string, unknown>> | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly body: Readonly<Record<string, unknown>> | null;
}

export interface Guard {
  readonly pool: pg.Pool;
  readonly workspaceIdCode: string;
  readonly sender: Sender;
  /** Contacts that take part in conversations that are still there, with one such conversation. */
  readonly busyContacts: ReadonlyMap<string, string>;
  /** Collections in which an article still lies, with one such article. */
  readonly heldCollections: ReadonlyMap<string, string>;
}

/** What a last look shows: the thing is as planned, or it is gone or must be kept, and why. */
export type LastLook =
  | { readonly is: 'as planned'; readonly present?: unknown; readonly body?: Readonly<Record<string, unknown>> }
  | { readonly is: 'kept' | 'gone'; readonly why: string };

const asPlanned: LastLook = { is: 'as planned' };
const gone: LastLook = { is: 'gone', why: 'not in the workspace any more' };

/** Looks at a thing right before it is taken back. Between this look and the call lies one round trip. */
export async function lookBefore(guard: Guard, item: RollbackItem): Promise<LastLook> {
  try {
    switch (item.target_type) {
      case 'conversation':
        return await lookAtConversation(guard, item);
      case 'contact':
        return await lookAtContact(guard, item);
      case 'company':
        return await lookAtCompany(guard, item);
      case 'article':
        return await lookAtArticle(guard, item);
      case 'collection':
        return await lookAtCollection(guard, item);
      default:
        return asPlanned;
    }
  } catch (error) {
    if (error instanceof NotFound) {
      return error.mergedInto === undefined ? gone : { is: 'gone', why: `merged into contact ${error.mergedInto}` };
    }
    throw error;
  }
}

async function lookAtConversation(guard: Guard, item: RollbackItem): Promise<LastLook> {
  const { value: facts } = await sendCall(guard.sender, retrieveConversation(item.target_id));
  const written = await readWrittenConversations(guard.pool, guard.workspaceIdCode, [item.target_id]);
  const own = written.get(item.target_id);
  const touch = own === undefined ? undefined : touchOf(facts, own, guard.sender.intercom.clock.now());
  return touch === undefined ? asPlanned : { is: 'kept', why: touch };
}

async function lookAtContact(guard: Guard, item: RollbackItem): Promise<LastLook> {
  const { value: facts } = await sendCall(guard.sender, showContact(item.target_id));
  if (item.action === 'restore') return stillOurs(item, fieldsOf(facts));
  const conversation = guard.busyContacts.get(item.target_id);
  if (conversation !== undefined) return { is: 'kept', why: `takes part in conversation ${conversation}, which stays` };
  return unchangedSincePlan(guard, item, fieldsOf(facts));
}

async function lookAtCompany(guard: Guard, item: RollbackItem): Promise<LastLook> {
  const found = await observeCompany(guard.sender, item.target_id);
  if (found === undefined) return gone;
  const fields = fieldsOf(found.company);
  if (item.action === 'restore') return stillOurs(item, fields);
  const [contact] = found.contactIds;
  if (contact !== undefined) return { is: 'kept', why: `contact ${contact}, which stays, belongs to it` };
  return unchangedSincePlan(guard, item, fields);
}

async function lookAtArticle(guard: Guard, item: RollbackItem): Promise<LastLook> {
  const { value: facts } = await sendCall(guard.sender, retrieveArticle(item.target_id));
  const { body, parentId, ...fields } = facts;
  return unchangedSincePlan(guard, item, { ...fields, parent_id: parentId, body: visibleText(body ?? '') });
}

async function lookAtCollection(guard: Guard, item: RollbackItem): Promise<LastLook> {
  const { value: facts } = await sendCall(guard.sender, retrieveCollection(item.target_id));
  const held = guard.heldCollections.get(item.target_id) ?? (await childOf(guard, item.target_id));
  if (held !== undefined) return { is: 'kept', why: `${held}, which stays, lies in it` };
  const { parentId, ...fields } = facts;
  return unchangedSincePlan(guard, item, { ...fields, parent_id: parentId });
}

/** A collection that still lies in this one: its children went before it, as far as they go. */
async function childOf(guard: Guard, collectionId: string): Promise<string | undefined> {
  for await (const collections of numberedPages(guard.sender, listCollections)) {
    const child = collections.find(({ parentId }) => parentId === collectionId);
    if (child !== undefined) return `collection ${child.id}`;
  }
  return undefined;
}

/** Restores only the fields that still hold what the tool wrote. */
function stillOurs(item: RollbackItem, present: Readonly<Record<string, unknown>>): LastLook {
  const written = Object.entries(item.written ?? {});
  const ours = written
    .filter(([field, value]) => isSameApartFromCase(field, value, present[field]))
    .map(([field]) => field);
  if (ours.length === 0) return { is: 'kept', why: `changed since: ${written.map(([field]) => field).join(', ')}` };
  const body: Record<string, unknown> = {};
  const attributes: Record<string, unknown> = {};
  for (const field of ours) {
    const former = item.former?.[field] ?? null;
    if (field.startsWith(attributePrefix)) attributes[field.slice(attributePrefix.length)] = former;
    else body[field] = former;
  }
  return {
    is: 'as planned',
    present: Object.fromEntries(ours.map((field) => [field, present[field] ?? null])),
    body: Object.keys(attributes).length === 0 ? body : { ...body, custom_attributes: attributes },
  };
}

async function unchangedSincePlan(
  guard: Guard,
  item: RollbackItem,
  present: Readonly<Record<string, unknown>>,
): Promise<LastLook> {
  const rows = await warehouse(guard.pool)
    .selectFrom('reconcile.written_field')
    .select(['field', 'written'])
    .where('workspace_id_code', '=', guard.workspaceIdCode)
    .where('target_type', '=', item.target_type)
    .where('target_key', '=', item.target_key)
    .where('field', 'not in', ['email', 'external_id'])
    .execute();
  const changed = rows
    .filter(({ field, written }) =>
      // Bodies are compared as a reader sees them.
      field === 'body'
        ? !isSameText(visibleText(String(written)), String(present.body))
        : !isSameApartFromCase(field, written, present[field]),
    )
    .map(({ field }) => field);
  return changed.length === 0
    ? { is: 'as planned', present }
    : { is: 'kept', why: `changed since: ${changed.join(', ')}` };
}

const attributePrefix = 'custom_attributes.';

function fieldsOf(facts: Pick<ContactFacts, 'name' | 'customAttributes'> & { phone?: string | null }) {
  const attributes = Object.entries(facts.customAttributes).map(([name, value]) => [attributePrefix + name, value]);
  const { name, phone = null } = facts;
  return { ...Object.fromEntries(attributes), name, phone } as Record<string, unknown>;
}

function isSameApartFromCase(field: string, written: unknown, present: unknown): boolean {
  const lower = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value);
  return isSameValue(field, lower(written), lower(present));
}

/** Contacts of all conversations that are still there, by their list. */
export async function contactsInConversations(sender: Sender): Promise<Map<string, string>> {
  const busy = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const { value: page } = await sendCall(sender, listConversations(cursor));
    for (const { facts } of page.items) for (const id of facts.contactIds) busy.set(id, facts.id);
    cursor = page.startingAfter;
  } while (cursor !== undefined);
  return busy;
}

/** Collections in which articles still lie, by the list of articles. */
export async function collectionsOfArticles(request: Sender & KnownKinds): Promise<Map<string, string>> {
  const held = new Map<string, string>();
  for await (const articles of listObjects(request, { types: new Set(['article']), instanceTypes: [] })) {
    for (const { id, parent } of articles) if (parent) held.set(parent, `article ${id}`);
  }
  return held;
}
