import { expect, it } from 'vitest';
import type { Standing } from '../../console/console-context.ts';
import { type Column, table } from '../../console/page.ts';
import { stepContent } from '../../console/records/step-content.ts';
import { failedCheckWords } from '../../reconcile/page-words.ts';

it('leads from the next step of a command to the page that does the same', () => {
  const content = (words: string): string => stepContent(new Map(), words).text;
  expect(content('Decide it: itop-to-intercom map propose, then review mapping.yaml.')).toMatch(
    /Or here: <a href="\/mapping">Mapping<\/a>$/,
  );
  expect(content('itop-to-intercom audit sheet')).toMatch(/, or here: <a href="\/setup">Set-up sheet<\/a>$/);
  expect(content('itop-to-intercom console, work list "Failures"')).toContain('<a href="/lists/failures">');
  expect(content('itop-to-intercom load')).toBe('itop-to-intercom load');
});

it('shows no column without a value, but where its head sorts the rows', () => {
  const columns = (sort?: string): Column<string>[] => [
    { name: 'Record', value: (row) => row },
    { name: 'Remark', value: () => '', sort },
  ];
  const shown = (sort?: string): string => table({} as Standing, columns(sort), ['R-1'], 'Records').text;
  expect(shown()).not.toContain('Remark');
  expect(shown('/lists/x?sort=remark')).toContain('Remark');
});

it('puts the head of a column of numbers on the right also where its first cell is empty', () => {
  const column = { name: 'Objects', value: (row: number | null) => row };
  expect(table({} as Standing, [column], [null, 3], 'Numbers').text).toContain('<th scope="col" class="number">');
});

it('says of a message that is gone, or is another, just that', () => {
  expect(failedCheckWords('read back: part is there')).toBe('message is not in Intercom');
  expect(failedCheckWords('read back: part author')).toBe('author of the message is not as it was sent');
  expect(failedCheckWords('part')).toBe('message is not as it was sent');
  expect(failedCheckWords('assert_some_relation__a_fact')).toBe('not so: some relation: a fact');
});
