import type { ExpectedArticle } from './expected-help-center.ts';
import type { Findings } from './findings.ts';
import type { LoadedArticle } from './intercom-objects.ts';
import { matchWords, type WordMatch } from './match-words.ts';
import type { Tally } from './tally.ts';
import { visibleHtml, wordsOfHtml } from './visible-words.ts';

/** Compares articles, which only their titles lead to: of several with one title, the one with the right text is taken. */
export function compareArticles(
  expected: readonly ExpectedArticle[],
  loaded: readonly LoadedArticle[],
  collectionIds: ReadonlyMap<string, string>,
  findings: Findings,
  tally: Tally,
): void {
  const left = new Set(loaded);
  tally.add('articles', 'expected', expected.length);
  tally.add('articles', 'found', loaded.length);
  const take = (article: ExpectedArticle, mustMatch: boolean): boolean => {
    const found = [...left].find(
      (one) => one.title.trim() === article.title && (!mustMatch || textOf(article, one).isMatch),
    );
    if (found === undefined) return false;
    left.delete(found);
    if (compareArticle(article, found, collectionIds, findings)) tally.add('articles', 'equal');
    return true;
  };
  const others = expected.filter((article) => !take(article, true));
  for (const article of others.filter((one) => !take(one, false))) {
    const finding = { check: 'missing article', sourceKey: article.key, field: 'title' };
    findings.add({ ...finding, expected: article.title, actual: 'no such article' });
  }
  for (const { id, title } of left) {
    const finding = { check: 'unexpected article', sourceKey: '', targetId: id, field: 'title' };
    findings.add({ ...finding, expected: 'no such article', actual: title });
  }
}

function textOf({ html }: ExpectedArticle, { body }: LoadedArticle): WordMatch {
  return matchWords(visibleHtml(html).words, wordsOfHtml(body));
}

/** F1: a draft in the collection of its category; a collection that was never found is not held against the article. */
function compareArticle(
  expected: ExpectedArticle,
  article: LoadedArticle,
  collectionIds: ReadonlyMap<string, string>,
  findings: Findings,
): boolean {
  const before = findings.total;
  const expect = (field: string, want: string, have: string) => {
    if (want === have) return;
    const finding = { check: 'article', sourceKey: expected.key, targetId: article.id, field };
    findings.add({ ...finding, expected: want, actual: have });
  };
  const text = textOf(expected, article);
  if (!text.isMatch) expect('body', text.expected, text.actual);
  expect('description', expected.description, article.description.trim());
  expect('state', 'draft', article.state);
  const { collectionKey } = expected;
  const collectionId = collectionKey === undefined ? '' : collectionIds.get(collectionKey);
  if (collectionId !== undefined) expect('collection', collectionId, article.collectionIds.join(', '));
  return findings.total === before;
}
