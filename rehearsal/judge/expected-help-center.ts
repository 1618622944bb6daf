import { objects } from './itop-objects.ts';

export interface ExpectedCollection {
  /** `FAQCategory::3` */
  readonly key: string;
  readonly name: string;
}

export interface ExpectedArticle {
  /** `FAQ::3` */
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly html: string;
  /** Undefined where no collection holds it. */
  readonly collectionKey: string | undefined;
}

export interface ExpectedHelpCenter {
  readonly collections: readonly ExpectedCollection[];
  readonly articles: readonly ExpectedArticle[];
}

/** Longest title and description. */
const LONGEST = 255;

/** F1: each category is a collection at the top, each FAQ an article of the collection of its category. */
export async function expectHelpCenter(controlUrl: string): Promise<ExpectedHelpCenter> {
  const collections: ExpectedCollection[] = [];
  for await (const { id, text } of objects(controlUrl, 'FAQCategory')) {
    const key = `FAQCategory::${id}`;
    collections.push({ key, name: text('name').trim() || key });
  }
  const articles: ExpectedArticle[] = [];
  for await (const { id, text } of objects(controlUrl, 'FAQ')) {
    const key = `FAQ::${id}`;
    const category = collections.find((collection) => collection.key === `FAQCategory::${text('category_id')}`);
    articles.push({
      key,
      title: oneLine(text('title')) || key,
      description: oneLine(text('summary')),
      html: text('description'),
      collectionKey: category?.key,
    });
  }
  return { collections, articles };
}

function oneLine(text: string): string {
  return [...text.replace(/[\p{Cc}\s]+/gu, ' ').trim()].slice(0, LONGEST).join('').trim();
}
