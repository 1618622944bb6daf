import { expect, it } from 'vitest';
import { inWorkList } from '../../platform/work-list-titles.ts';
import { unexplainedDetails } from '../../reconcile/report/page-parts.ts';
import type { Unexplained } from '../../reconcile/unexplained.ts';

/** Reasons of which each stands for one more thing than the one before. */
const reasons = (count: number): Unexplained[] =>
  Array.from({ length: count }, (_, place) => ({
    phase: null,
    kind: 'pending',
    item_kind: 'object',
    class: `Class${place + 1}`,
    check_name: null,
    count: place + 1,
    reason: 'pending: undecided',
    example: null,
    query: `select ${place + 1}`,
    closes_gate: false,
  }));

const queriesOf = (page: string) => [...page.matchAll(/<code>select (\d+)<\/code>/g)].map(([, count]) => Number(count));
const classesOf = (page: string) => [...page.matchAll(/\bClass(\d+)\b/g)].map(([, count]) => Number(count));

it('shows the 60 largest of 61 reasons, and says where all of them are', () => {
  const page = unexplainedDetails(reasons(61), {}).text;
  const largest = Array.from({ length: 60 }, (_, place) => 61 - place);
  expect(queriesOf(page)).toEqual(largest);
  expect(classesOf(page)).toEqual(largest);
  expect(page).toContain('The 60 largest of 61 reasons.');
  expect(page.replaceAll('&quot;', '"')).toContain(inWorkList('unexplained'));
});

it('shows 60 reasons without a word about others', () => {
  const page = unexplainedDetails(reasons(60), {}).text;
  expect(queriesOf(page)).toHaveLength(60);
  expect(page).not.toContain('largest of');
});
