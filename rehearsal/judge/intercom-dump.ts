import type { ConversationSpool } from './conversation-spool.ts';
import type {
  LoadedArticle,
  LoadedAuthor,
  LoadedCollection,
  LoadedCompany,
  LoadedContact,
  LoadedConversation,
  LoadedPart,
} from './intercom-objects.ts';
import { readLines } from './ndjson.ts';

export interface LoadedWorkspace {
  readonly contacts: readonly LoadedContact[];
  readonly companies: readonly LoadedCompany[];
  readonly collections: readonly LoadedCollection[];
  readonly articles: readonly LoadedArticle[];
  /** Ids of teammates by lower-case e-mail. */
  readonly teammates: ReadonlyMap<string, string>;
  /** Id of the teammate the access token belongs to. */
  readonly tokenOwner: string;
  /** Ids of conversations that name no ticket. */
  readonly unmarkedConversations: readonly string[];
  /** Objects of the kinds that the judge does not compare. */
  readonly notCompared: Readonly<Record<string, number>>;
}

/** What people set up before a load. */
const setUpByPeople = ['admin', 'team'];
/** What is compared, apart from conversations. */
const compared = ['contact', 'company', 'collection', 'article'];

type Line = Readonly<Record<string, unknown>>;

/** The token that ends an opening, after markup is taken away: class and id of the ticket. */
const markerOf = (ticketClasses: readonly string[]) => new RegExp(`\\bitop(?:${ticketClasses.join('|')})(\\d+)\\W*$`);

/** Reads the Intercom simulator's dump; conversations go to the spool as they are. */
export async function readWorkspace(
  controlUrl: string,
  spool: ConversationSpool,
  ticketClasses: readonly string[],
): Promise<LoadedWorkspace> {
  const marker = markerOf(ticketClasses);
  const contacts: LoadedContact[] = [];
  const companies: LoadedCompany[] = [];
  const collections: LoadedCollection[] = [];
  const articles: LoadedArticle[] = [];
  const teammates = new Map<string, string>();
  const unmarkedConversations: string[] = [];
  const notCompared: Record<string, number> = {};
  let tokenOwner = '';
  for await (const text of readLines(`${controlUrl}/dump`)) {
    const line = JSON.parse(text) as Line;
    if (line.type === 'contact' && line.archived !== true) contacts.push(contactOf(line));
    if (line.type === 'company') companies.push(companyOf(line));
    if (line.type === 'collection') collections.push(collectionOf(line));
    if (line.type === 'article') articles.push(articleOf(line));
    if (line.type === 'admin') {
      // The workspace lists the owner of the access token first.
      tokenOwner ||= String(line.id);
      teammates.set(String(line.email).trim().toLowerCase(), String(line.id));
    }
    const type = String(line.type);
    if (setUpByPeople.includes(type) || compared.includes(type)) continue;
    if (type !== 'conversation') {
      notCompared[type] = (notCompared[type] ?? 0) + 1;
      continue;
    }
    const conversation = conversationOf(line);
    const ticketId = marker.exec(conversation.openingBody.replace(/<[^>]*>/g, ' '))?.[1];
    if (ticketId === undefined) unmarkedConversations.push(conversation.id);
    else await spool.add(ticketId, text);
  }
  return { contacts, companies, collections, articles, teammates, tokenOwner, unmarkedConversations, notCompared };
}

export function conversationOf(line: Line): LoadedConversation {
  const source = record(line.source);
  return {
    id: String(line.id),
    createdAt: Number(line.created_at),
    title: text(line.title) ?? '',
    state: String(line.state),
    snoozedUntil: typeof line.snoozed_until === 'number' ? line.snoozed_until : undefined,
    assigneeId: text(line.admin_assignee_id),
    companyId: text(record(line.company).id),
    attributes: attributesOf(line.custom_attributes),
    tags: list(record(line.tags).tags).map((tag) => String(record(tag).name)),
    openingAuthor: authorOf(source.author),
    openingBody: text(source.body) ?? '',
    parts: list(record(line.conversation_parts).conversation_parts).map(partOf),
  };
}

function partOf(value: unknown): LoadedPart {
  const part = record(value);
  return {
    id: String(part.id),
    partType: String(part.part_type),
    author: authorOf(part.author),
    createdAt: Number(part.created_at),
    body: text(part.body) ?? '',
    files: list(part.attachments).map((file) => ({
      name: String(record(file).name),
      size: Number(record(file).filesize),
    })),
  };
}

function contactOf(line: Line): LoadedContact {
  return {
    id: String(line.id),
    role: String(line.role),
    email: text(line.email),
    externalId: text(line.external_id),
    name: text(line.name),
    attributes: attributesOf(line.custom_attributes),
    companyIds: list(line.company_ids).map(String),
  };
}

function companyOf(line: Line): LoadedCompany {
  return {
    id: String(line.id),
    companyId: String(line.company_id),
    name: text(line.name) ?? '',
    attributes: attributesOf(line.custom_attributes),
  };
}

function collectionOf(line: Line): LoadedCollection {
  return { id: String(line.id), name: text(line.name) ?? '', parentId: text(line.parent_id) };
}

function articleOf(line: Line): LoadedArticle {
  return {
    id: String(line.id),
    title: text(line.title) ?? '',
    description: text(line.description) ?? '',
    body: text(line.body) ?? '',
    state: String(line.state),
    collectionIds: list(line.parent_ids).map(String),
  };
}

function authorOf(value: unknown): LoadedAuthor {
  const author = record(value);
  return { type: String(author.type), id: String(author.id) };
}

function record(value: unknown): Line {
  return typeof value === 'object' && value !== null ? (value as Line) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return value === null || value === undefined || value === '' ? undefined : String(value);
}

/** Attributes that hold something. */
function attributesOf(value: unknown): Line {
  return Object.fromEntries(Object.entries(record(value)).filter(([, held]) => held !== null && held !== undefined));
}
