import { z } from 'zod';
import { type Call, path } from './call.ts';
import { anyText, assigneeId, id } from './fields.ts';
import type { NumberedPage } from './numbered-pages.ts';

export interface CollectionFacts {
  readonly id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly parentId: string | null;
}

export interface HelpCenterFacts {
  readonly id: string;
  /** Its name in addresses. */
  readonly identifier: string;
  /** Whether customers can open it. */
  readonly isPublic: boolean;
}

export interface ArticleFacts {
  readonly id: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly body: string | null;
  readonly state: string | null;
  /** Collection it lies in; null for none. */
  readonly parentId: string | null;
  readonly updatedAt: number;
}

export interface ArticleRequest {
  readonly title: string;
  readonly body: string;
  readonly description?: string;
  readonly author_id: number;
  readonly state: 'draft' | 'published';
  readonly parent_id?: number;
  readonly parent_type?: 'collection';
  readonly ai_chatbot_availability: boolean;
  readonly ai_copilot_availability: boolean;
}

const collection = z.object({ id, name: anyText, description: anyText, parent_id: assigneeId }).transform(
  (raw): CollectionFacts => ({
    id: raw.id,
    name: raw.name ?? null,
    description: raw.description ?? null,
    parentId: raw.parent_id,
  }),
);

const article = z
  .object({
    id,
    title: anyText,
    description: anyText,
    body: anyText,
    state: anyText,
    parent_id: assigneeId,
    parent_ids: z.array(id).nullish(),
    updated_at: z.number(),
  })
  .transform(
    (raw): ArticleFacts => ({
      id: raw.id,
      title: raw.title ?? null,
      description: raw.description ?? null,
      body: raw.body ?? null,
      state: raw.state ?? null,
      parentId: raw.parent_id ?? raw.parent_ids?.at(-1) ?? null,
      updatedAt: raw.updated_at,
    }),
  );

const pages = z.object({ page: z.number().nullish(), total_pages: z.number().nullish() }).nullish();

/** Reads the page that was asked for. Throws where another one is answered: `page` is described in prose only, and may be ignored. */
function pageReader<T>(item: z.ZodType<T>, page: number): (body: unknown) => NumberedPage<T> {
  const list = z.object({ data: z.array(item), pages });
  return (body) => {
    const answered = list.parse(body);
    const answeredPage = answered.pages?.page ?? page;
    if (answeredPage !== page) throw new Error(`page ${page} was asked for, page ${answeredPage} is answered`);
    return { items: answered.data, hasMore: page < (answered.pages?.total_pages ?? 1) };
  };
}

const helpCenters = z.object({
  data: z.array(z.object({ id, identifier: anyText, website_turned_on: z.boolean().nullish() })).nullish(),
});

/** `listHelpCenters`: all help centers of the workspace. They are made by people only. */
export function listHelpCenters(): Call<HelpCenterFacts[]> {
  return {
    operation: 'listHelpCenters',
    method: 'GET',
    path: '/help_center/help_centers',
    effect: 'read',
    read: (body) =>
      (helpCenters.parse(body).data ?? []).map((raw) => ({
        id: raw.id,
        identifier: raw.identifier ?? raw.id,
        isPublic: raw.website_turned_on === true,
      })),
  };
}

/** `listAllCollections`, most recently updated first. */
export function listCollections(page: number): Call<NumberedPage<CollectionFacts>> {
  return {
    operation: 'listAllCollections',
    method: 'GET',
    path: path`/help_center/collections?page=${String(page)}&per_page=50`,
    effect: 'read',
    read: pageReader(collection, page),
  };
}

/** `retrieveCollection`. */
export function retrieveCollection(collectionId: string): Call<CollectionFacts> {
  return {
    operation: 'retrieveCollection',
    method: 'GET',
    path: path`/help_center/collections/${collectionId}`,
    effect: 'read',
    read: (body) => collection.parse(body),
  };
}

/** `createCollection`. A second one of the same name and parent is a second collection. */
export function createCollection(request: {
  name: string;
  description: string | null;
  parentId: string | null;
}): Call<CollectionFacts> {
  return {
    operation: 'createCollection',
    method: 'POST',
    path: '/help_center/collections',
    body: {
      name: request.name,
      ...(request.description === null ? {} : { description: request.description }),
      ...(request.parentId === null ? {} : { parent_id: request.parentId }),
    },
    effect: 'once',
    read: (body) => collection.parse(body),
  };
}

/** `listArticles`, most recently updated first. */
export function listArticles(page: number): Call<NumberedPage<ArticleFacts>> {
  return {
    operation: 'listArticles',
    method: 'GET',
    path: path`/articles?page=${String(page)}&per_page=50`,
    effect: 'read',
    read: pageReader(article, page),
  };
}

/** `retrieveArticle`. */
export function retrieveArticle(articleId: string): Call<ArticleFacts> {
  return {
    operation: 'retrieveArticle',
    method: 'GET',
    path: path`/articles/${articleId}`,
    effect: 'read',
    read: (body) => article.parse(body),
  };
}

/** `createArticle`. Takes no date and no key of ours: a lost answer is looked up in the list. */
export function createArticle(request: ArticleRequest): Call<ArticleFacts> {
  return {
    operation: 'createArticle',
    method: 'POST',
    path: '/articles',
    body: { ...request },
    effect: 'once',
    read: (body) => article.parse(body),
  };
}

/** `updateArticle`: changes only the fields named. */
export function updateArticle(articleId: string, request: Readonly<Record<string, unknown>>): Call<ArticleFacts> {
  return {
    operation: 'updateArticle',
    method: 'PUT',
    path: path`/articles/${articleId}`,
    body: { ...request },
    effect: 'repeatable',
    read: (body) => article.parse(body),
  };
}

/** `updateCollection`: changes only the fields named. */
export function updateCollection(
  collectionId: string,
  request: Readonly<Record<string, unknown>>,
): Call<CollectionFacts> {
  return {
    operation: 'updateCollection',
    method: 'PUT',
    path: path`/help_center/collections/${collectionId}`,
    body: { ...request },
    effect: 'repeatable',
    read: (body) => collection.parse(body),
  };
}
