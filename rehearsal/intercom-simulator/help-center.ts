import { ApiError, parameterInvalid, parameterNotFound } from './api-error.ts';
import { storedNote } from './bodies.ts';
import { type Call, type Handler, type Operation, parameter } from './call.ts';
import type { Article, Collection } from './objects.ts';
import { numberedPage } from './pages.ts';
import { choiceField, type Fields, fieldsOf, flagField, idField, requiredText, textField } from './request-fields.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

const listAllCollections: Handler = (call) =>
  pageOf(call, newestFirst(call.workspace.collections.values()), (item) => showCollection(call.workspace, item));

/** Two collections of one name are two collections. */
const createCollection: Handler = ({ workspace, body }) =>
  showCollection(
    workspace,
    addCollection(
      workspace,
      fieldsOf(body, ['name', 'description', 'parent_id', 'help_center_id', 'translated_content']),
    ),
  );

export function addCollection(workspace: Workspace, fields: Fields): Collection {
  if (textField(fields, 'name') === undefined)
    throw new ApiError(400, 'parameter_not_found', 'Name is a required parameter.');
  const parentId = idField(fields, 'parent_id') ?? null;
  if (parentId !== null && levelOf(workspace, parentId) >= workspace.switches.collectionDepth) {
    throw parameterInvalid(`Collections have at most ${workspace.switches.collectionDepth} levels`);
  }
  const now = nowSeconds();
  const collection: Collection = {
    id: String(workspace.nextNumber()),
    name: requiredText(fields, 'name'),
    description: textField(fields, 'description') ?? '',
    parentId,
    createdAt: now,
    updatedAt: now,
  };
  workspace.collections.set(collection.id, collection);
  return collection;
}

/** 1 for a collection below none. Throws a 404 for an unknown one. */
function levelOf(workspace: Workspace, id: string): number {
  const { parentId } = requireCollection(workspace, id);
  return parentId === null ? 1 : levelOf(workspace, parentId) + 1;
}

const retrieveCollection: Handler = (call) =>
  showCollection(call.workspace, requireCollection(call.workspace, parameter(call, 'collection_id')));

const updateCollection: Handler = (call) => {
  const collection = requireCollection(call.workspace, parameter(call, 'collection_id'));
  const fields = fieldsOf(call.body, ['name', 'description', 'parent_id', 'translated_content']);
  collection.name = textField(fields, 'name') ?? collection.name;
  collection.description = textField(fields, 'description') ?? collection.description;
  collection.updatedAt = nowSeconds();
  return showCollection(call.workspace, collection);
};

const deleteCollection: Handler = (call) => {
  const collection = requireCollection(call.workspace, parameter(call, 'collection_id'));
  call.workspace.collections.delete(collection.id);
  return { id: collection.id, object: 'collection', deleted: true };
};

const ARTICLE_FIELDS = [
  'title',
  'description',
  'body',
  'author_id',
  'state',
  'parent_id',
  'parent_type',
  'translated_content',
  'ai_chatbot_availability',
  'ai_copilot_availability',
  'ai_sales_agent_availability',
];

const listArticles: Handler = (call) =>
  pageOf(call, newestFirst(call.workspace.articles.values()), (article) => showArticle(call.workspace, article));

const createArticle: Handler = ({ workspace, body }) => {
  const fields = fieldsOf(body, ARTICLE_FIELDS);
  const authorId = idField(fields, 'author_id');
  if (authorId === undefined) {
    throw parameterNotFound('author_id must be in the main body or default locale translated_content object');
  }
  if (!workspace.admins.has(authorId)) throw parameterInvalid('author_id is not a teammate');
  const parentId = idField(fields, 'parent_id') ?? null;
  if (parentId !== null) requireCollection(workspace, parentId);
  const now = nowSeconds();
  const article: Article = {
    id: String(workspace.nextNumber()),
    title: requiredText(fields, 'title'),
    description: textField(fields, 'description') ?? '',
    body: storedArticle(textField(fields, 'body')),
    authorId,
    state: choiceField(fields, 'state', ['draft', 'published']) ?? 'draft',
    parentId,
    isForAi: flagField(fields, 'ai_chatbot_availability') ?? true,
    createdAt: now,
    updatedAt: now,
    storedAtMs: Date.now(),
  };
  workspace.articles.set(article.id, article);
  return showArticle(workspace, article);
};

const retrieveArticle: Handler = (call) => showArticle(call.workspace, requireArticle(call));

const updateArticle: Handler = (call) => {
  const article = requireArticle(call);
  const fields = fieldsOf(call.body, ARTICLE_FIELDS);
  article.title = textField(fields, 'title') ?? article.title;
  article.description = textField(fields, 'description') ?? article.description;
  article.body = fields.body === undefined ? article.body : storedArticle(textField(fields, 'body'));
  article.state = choiceField(fields, 'state', ['draft', 'published']) ?? article.state;
  article.parentId = idField(fields, 'parent_id') ?? article.parentId;
  article.updatedAt = nowSeconds();
  return showArticle(call.workspace, article);
};

const deleteArticle: Handler = (call) => {
  const article = requireArticle(call);
  call.workspace.articles.delete(article.id);
  return { id: article.id, object: 'article', deleted: true };
};

/** Lags as other searches do. */
const searchArticles: Handler = (call) => {
  const { workspace, query } = call;
  const words = (query.get('phrase') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const state = query.get('state') ?? 'all';
  const found = [...workspace.articles.values()].filter(
    (article) =>
      workspace.isIndexed(article) &&
      (state === 'all' || article.state === state) &&
      words.every((word) => article.title.toLowerCase().includes(word)),
  );
  const { items, pages, total } = numberedPage(found, call, { usual: 10, most: 150 });
  return {
    type: 'list',
    total_count: total,
    data: { articles: items.map((article) => showArticle(workspace, article)), highlights: [] },
    pages,
  };
};

/** Intercom normalises the HTML of articles: comparisons must go by the text. */
function storedArticle(html: string | undefined): string {
  return html === undefined || html === '' ? '' : storedNote(html).replaceAll('<p>', '<p class="no-margin">');
}

function newestFirst<T extends { readonly updatedAt: number; readonly id: string }>(all: Iterable<T>): T[] {
  return [...all].sort((a, b) => b.updatedAt - a.updatedAt || Number(b.id) - Number(a.id));
}

function pageOf<T>(call: Call, all: readonly T[], show: (item: T) => object) {
  const { items, pages, total } = numberedPage(all, call, { usual: 25, most: 150 });
  return { type: 'list', data: items.map(show), pages, total_count: total };
}

function requireCollection(workspace: Workspace, id: string): Collection {
  const collection = workspace.collections.get(id);
  if (collection === undefined) throw new ApiError(404, 'not_found', 'Resource Not Found');
  return collection;
}

function requireArticle(call: Call): Article {
  const article = call.workspace.articles.get(parameter(call, 'article_id'));
  if (article === undefined) throw new ApiError(404, 'article_not_found', 'Article Not Found');
  return article;
}

export function showCollection(workspace: Workspace, collection: Collection) {
  return {
    id: collection.id,
    workspace_id: workspace.idCode,
    name: collection.name,
    url: `https://help.intercom.example/collections/${collection.id}`,
    order: 1,
    created_at: collection.createdAt,
    updated_at: collection.updatedAt,
    description: collection.description,
    icon: 'book-bookmark',
    parent_id: collection.parentId,
    help_center_id: 1,
  };
}

export function showArticle(workspace: Workspace, article: Article) {
  return {
    type: 'article',
    id: article.id,
    workspace_id: workspace.idCode,
    title: article.title,
    description: article.description,
    body: article.body,
    author_id: Number(article.authorId),
    state: article.state,
    created_at: article.createdAt,
    updated_at: article.updatedAt,
    url: article.state === 'published' ? `https://help.intercom.example/articles/${article.id}` : null,
    parent_ids: article.parentId === null ? [] : [Number(article.parentId)],
    default_locale: 'en',
    tags: { type: 'tag.list', tags: [] },
    ai_chatbot_availability: article.isForAi,
  };
}

/** One that is not public yet, or none: people make them. */
const listHelpCenters: Handler = ({ workspace }) => ({
  type: 'list',
  data:
    workspace.switches.helpCenter === 'none'
      ? []
      : [
          {
            id: '1',
            workspace_id: workspace.idCode,
            created_at: workspace.createdAt,
            updated_at: workspace.createdAt,
            identifier: 'help',
            website_turned_on: workspace.switches.helpCenter === 'public',
            display_name: 'Help Center',
          },
        ],
});

export const helpCenterOperations: readonly Operation[] = [
  {
    name: 'listHelpCenters',
    method: 'GET',
    path: '/help_center/help_centers',
    isMutating: false,
    handle: listHelpCenters,
  },
  {
    name: 'listAllCollections',
    method: 'GET',
    path: '/help_center/collections',
    isMutating: false,
    handle: listAllCollections,
  },
  {
    name: 'createCollection',
    method: 'POST',
    path: '/help_center/collections',
    isMutating: true,
    handle: createCollection,
  },
  {
    name: 'retrieveCollection',
    method: 'GET',
    path: '/help_center/collections/{collection_id}',
    isMutating: false,
    handle: retrieveCollection,
  },
  {
    name: 'updateCollection',
    method: 'PUT',
    path: '/help_center/collections/{collection_id}',
    isMutating: true,
    handle: updateCollection,
  },
  {
    name: 'deleteCollection',
    method: 'DELETE',
    path: '/help_center/collections/{collection_id}',
    isMutating: true,
    handle: deleteCollection,
  },
  { name: 'listArticles', method: 'GET', path: '/articles', isMutating: false, handle: listArticles },
  { name: 'createArticle', method: 'POST', path: '/articles', isMutating: true, handle: createArticle },
  { name: 'searchArticles', method: 'GET', path: '/articles/search', isMutating: false, handle: searchArticles },
  {
    name: 'retrieveArticle',
    method: 'GET',
    path: '/articles/{article_id}',
    isMutating: false,
    handle: retrieveArticle,
  },
  { name: 'updateArticle', method: 'PUT', path: '/articles/{article_id}', isMutating: true, handle: updateArticle },
  { name: 'deleteArticle', method: 'DELETE', path: '/articles/{article_id}', isMutating: true, handle: deleteArticle },
];
