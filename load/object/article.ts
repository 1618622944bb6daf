import { createHash } from 'node:crypto';
import type { Call } from '../../intercom/call.ts';
import {
  type ArticleFacts,
  type ArticleRequest,
  createArticle,
  listArticles,
  retrieveArticle,
  updateArticle,
} from '../../intercom/help-center.ts';
import { allItems, numberedPagesIfAny } from '../../intercom/numbered-pages.ts';
import { textForm } from '../../intercom/same-text.ts';
import { isSameValue, textOf } from '../../intercom/same-value.ts';
import { haveSameWords } from '../../intercom/words.ts';
import { findIdentities, type Identity } from '../../platform/identity.ts';
import type { Target } from '../../platform/journal.ts';
import { foldSpace, visibleText } from '../../platform/visible-text.ts';
import { changeObject } from '../desired-state/change-object.ts';
import { createOrLink, sameNamed } from '../desired-state/create-or-link.ts';
import { ownIds } from '../desired-state/own-ids.ts';
import type { Fields } from '../desired-state/three-way.ts';
import { verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import { RecordBlocked } from '../engine/errors.ts';
import { type Loaded, type PendingItem, placeholder } from '../engine/phase.ts';
import { send, senderOf } from '../engine/send.ts';
import type { LoadedObject } from './loaded-object.ts';

export interface ArticleRow {
  target_key: string;
  source_key: string;
  raw_version: string | null;
  title: string;
  body: string;
  description: string | null;
  collection_key: string | null;
  state: 'draft' | 'published';
  payload_hash: Buffer;
  collection_id: string | null;
}

/** Articles of the help centre, as drafts that no bot reads (RULES F1). One of the same title and collection is used as it is. */
export const article: LoadedObject<ArticleRow, ArticleFacts | undefined> = {
  name: 'articles',
  targetType: 'article',
  doneType: 'article',
  pageSize: 25,
  select: `select o.target_key, o.source_key, o.raw_version::text, o.title, o.body, o.description, o.collection_key, o.state,
           o.payload_hash, collection.target_id as collection_id
    from intercom.article o
    left join load.identity collection
      on collection.workspace_id_code = $1 and collection.target_type = 'collection'
     and collection.target_key = o.collection_key`,
  orderBy: 'o.target_key',
  targetOf,
  planned: { kind: 'article', call: plannedArticle },
  async prepare(context, _rows, former) {
    if (former !== undefined) return former;
    const foreign = await foreignArticles(context);
    return (row) => foreign.find((article) => isSame(article, row));
  },
  load: loadArticle,
  change: changeArticle,
  async readBack(context, { row, target }) {
    const identities = await findIdentities(context.pool, context.workspaceIdCode, 'article', [target.key]);
    const id = identities.get(target.key)?.targetId ?? '';
    const found = (await send(context, retrieveArticle(id))).value;
    return verdictsOf(context, target, 'article', 'fresh_read', comparedFields(row, found));
  },
  forecast: { calls: 1, bytes: 'octet_length(body)' },
  adopt: 'by the next load',
  list: {
    creations: ['createArticle'],
    async *pages(sender) {
      for await (const items of numberedPagesIfAny(sender, listArticles)) {
        yield items.map(({ id, body, updatedAt: _, ...facts }) => ({
          objectType: 'article',
          id,
          name: facts.title,
          parent: facts.parentId,
          facts,
          body,
        }));
      }
    },
    isMadeBy: ({ payload }, { name, parent }) =>
      haveSameWords(name, textOf(payload.title)) && parent === textOf(payload.parent_id),
  },
  undo: { delete: { DELETE: 'deleteArticle' } },
};

async function loadArticle(
  context: LoadContext,
  item: PendingItem<ArticleRow, ArticleFacts | undefined>,
): Promise<Loaded> {
  const { row } = item;
  if (row.collection_key !== null && row.collection_id === null) {
    throw new RecordBlocked(
      `${row.collection_key}, its collection, is not loaded.`,
      `Look up why ${row.collection_key} is not loaded, then start the load again.`,
    );
  }
  return createOrLink<ArticleFacts>(context, item, {
    present: item.prepared,
    nameField: 'title',
    call: createArticle(articleRequest(row, context.fallbackAdminId)),
    candidates: async (payload) => candidatesOf(await foreignArticles(context), rowAsSent(row, payload)),
    identity: (facts, origin) => identityOf(row, facts, origin),
    compared: (facts) => comparedFields(row, facts),
  });
}

/** What the creation of an article sends. */
function articleRequest(row: ArticleRow, authorId: string): ArticleRequest {
  return {
    title: row.title,
    body: row.body,
    ...(row.description === null || row.description === '' ? {} : { description: row.description }),
    author_id: Number(authorId),
    state: row.state,
    ...(row.collection_id === null ? {} : { parent_id: Number(row.collection_id), parent_type: 'collection' as const }),
    ai_chatbot_availability: false,
    ai_copilot_availability: false,
  };
}

/** The creation of an article as a plan shows it: its numbers are only the workspace's to give. */
function plannedArticle(row: ArticleRow): Call<unknown> {
  const call = createArticle(articleRequest(row, '0'));
  const parent =
    row.collection_key === null || row.collection_id !== null
      ? {}
      : { parent_id: placeholder(row.collection_key), parent_type: 'collection' };
  return { ...call, body: { ...(call.body as object), author_id: placeholder('fallback teammate'), ...parent } };
}

/** Articles that are not known as ours. */
async function foreignArticles(context: LoadContext): Promise<ArticleFacts[]> {
  const own = await ownIds(context, 'article');
  return (await allItems(senderOf(context), listArticles)).filter((article) => !own.has(article.id));
}

function isSame(facts: ArticleFacts, row: ArticleRow): boolean {
  return isSameValue('title', row.title, facts.title) && facts.parentId === row.collection_id;
}

/** The row with what a creation sent, where that is known. */
function rowAsSent(row: ArticleRow, payload: Readonly<Record<string, unknown>>): ArticleRow {
  if (typeof payload.title !== 'string') return row;
  return {
    ...row,
    title: payload.title,
    body: textOf(payload.body) ?? '',
    collection_id: textOf(payload.parent_id),
  };
}

/** What a lost create of the article can have made: by title and collection, and by the body where titles are alike. */
function candidatesOf(foreign: readonly ArticleFacts[], row: ArticleRow): readonly ArticleFacts[] {
  const named = sameNamed(
    foreign,
    (article) => article.parentId === row.collection_id,
    row.title,
    ({ title }) => title,
  );
  const alike = named.filter((article) => haveSameWords(article.body, row.body));
  return alike.length > 0 ? alike : named;
}

function comparedFields(row: ArticleRow, facts: ArticleFacts) {
  return [
    ['title', row.title, facts.title],
    ['description', row.description === null ? null : foldSpace(row.description), facts.description],
    ['body', visibleText(row.body), visibleText(facts.body ?? '')],
    ['state', row.state, facts.state],
    ['collection', row.collection_id, facts.parentId],
  ] as const;
}

function changeArticle(context: LoadContext, item: PendingItem<ArticleRow, unknown>) {
  const { row } = item;
  return changeObject<ArticleFacts>(context, item, {
    desired: desiredOf(row),
    target: { ...desiredOf(row), collection: row.collection_id },
    read: async (id) => (await send(context, retrieveArticle(id))).value,
    observe: observedOf,
    sent: ({ payload }) => fieldsSent((payload ?? {}) as Readonly<Record<string, unknown>>),
    update: (id, { body, collection, ...fields }) =>
      updateArticle(id, {
        ...fields,
        ...(body === undefined ? {} : { body: row.body }),
        ...(collection === undefined || collection === null
          ? {}
          : { parent_id: Number(collection), parent_type: 'collection' }),
      }),
  });
}

/** Bodies are compared by their visible words, and kept as a hash of these. */
function desiredOf(row: ArticleRow): Fields {
  return {
    title: row.title,
    description: row.description === null ? null : foldSpace(row.description),
    body: hashOfWords(row.body),
    collection: row.collection_key,
  };
}

/** What an update sent, as `observedOf` shows it. */
function fieldsSent({ parent_id: parentId, body, ...fields }: Readonly<Record<string, unknown>>): Fields {
  return {
    ...fields,
    ...(typeof body === 'string' ? { body: hashOfWords(body) } : {}),
    ...(parentId === undefined ? {} : { collection: textOf(parentId) }),
  };
}

function observedOf(facts: ArticleFacts): Fields {
  return {
    title: facts.title,
    description: facts.description,
    body: hashOfWords(facts.body ?? ''),
    collection: facts.parentId,
  };
}

function hashOfWords(html: string): string {
  return createHash('sha256')
    .update(textForm(visibleText(html)))
    .digest('hex');
}

function identityOf(row: ArticleRow, facts: ArticleFacts, origin: Identity['origin']): Identity {
  return {
    targetType: 'article',
    targetKey: row.target_key,
    targetId: facts.id,
    origin,
    payloadHash: row.payload_hash,
    representation: { targetType: 'article', lastApplied: desiredOf(row), observed: observedOf(facts) },
  };
}

function targetOf(row: ArticleRow): Target {
  return {
    phase: 'articles',
    type: 'article',
    key: row.target_key,
    sourceKey: row.source_key,
    rawVersion: row.raw_version,
    payloadHash: row.payload_hash,
  };
}
