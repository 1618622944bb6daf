import { listInstancesPage } from '../intercom/adoptable.ts';
import { listAttributes } from '../intercom/attributes.ts';
import { NotFound } from '../intercom/errors.ts';
import { listArticles, listCollections, type NumberedPage } from '../intercom/help-center.ts';
import { type Sender, sendCall } from '../intercom/send-call.ts';
import { listTags } from '../intercom/tags.ts';

export type ListedType = 'attribute' | 'tag' | 'custom_object_instance' | 'collection' | 'article';

export interface ListedObject {
  readonly objectType: ListedType;
  readonly id: string;
  /** What the list says of it, without its body. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly body?: string | null;
}

/** What is to be listed: kinds of which nothing is ours are left alone, the token may not even see them. */
export interface ListedKinds {
  readonly types: ReadonlySet<string>;
  /** Identifiers of custom object types. */
  readonly instanceTypes: readonly string[];
}

const attributeModels = ['contact', 'company', 'conversation'] as const;

/** Everything live of these kinds, a page at a time. */
export async function* listObjects(
  sender: Sender,
  { types, instanceTypes }: ListedKinds,
): AsyncGenerator<readonly ListedObject[]> {
  for (const model of types.has('attribute') ? attributeModels : []) {
    const { value } = await sendCall(sender, listAttributes(model));
    const live = value.custom.filter((one) => !one.isArchived);
    yield live.map(({ id, name }) => ({ objectType: 'attribute', id, facts: { model, name } }));
  }
  if (types.has('tag')) {
    const { value: tags } = await sendCall(sender, listTags());
    yield tags.map(({ id, ...facts }) => ({ objectType: 'tag', id, facts }));
  }
  for (const type of types.has('custom_object_instance') ? instanceTypes : []) {
    for await (const items of pagesOf((page) => sendCall(sender, listInstancesPage(type, page)))) {
      yield items.map(({ id, ...facts }) => ({ objectType: 'custom_object_instance', id, facts: { ...facts, type } }));
    }
  }
  if (types.has('collection')) {
    for await (const items of pagesOf((page) => sendCall(sender, listCollections(page)))) {
      yield items.map(({ id, ...facts }) => ({ objectType: 'collection', id, facts }));
    }
  }
  if (types.has('article')) {
    for await (const items of pagesOf((page) => sendCall(sender, listArticles(page)))) {
      yield items.map(({ id, body, updatedAt: _, ...facts }) => ({ objectType: 'article', id, facts, body }));
    }
  }
}

/** The pages of a numbered list; none where the kind is not set up any more. */
export async function* pagesOf<T>(
  ask: (page: number) => Promise<{ value: NumberedPage<T> }>,
): AsyncGenerator<readonly T[]> {
  for (let page = 1; ; page += 1) {
    try {
      const { value } = await ask(page);
      yield value.items;
      if (!value.hasMore) return;
    } catch (error) {
      if (error instanceof NotFound) return;
      throw error;
    }
  }
}
