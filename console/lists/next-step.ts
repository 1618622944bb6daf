import type { RecordNames } from '../../itop/record-names.ts';
import { html } from '../../platform/html.ts';
import { inWorkList, type WorkListName, workListTitles } from '../../platform/work-list-titles.ts';
import { type CellValue, command } from '../page.ts';
import { namedText } from '../records/record-names.ts';

/** What to do about a finding that keeps the migration from being green, by its kind. */
export function nextStepOf(kind: string, reason: string, check: string | null): CellValue {
  if (kind === 'failed' || kind === 'blocked') return html`<a href="/lists/failures">Read what failed, and decide</a>`;
  if (kind === 'check') {
    const address = `/lists/differences?${new URLSearchParams({ filter: check ?? '' })}`;
    return html`<a href="${address}">Compare what was sent with what was found</a>`;
  }
  if (kind === 'pending' && /decision/.test(reason))
    return html`<a href="/lists/undecided">Decide what becomes of it</a>`;
  if (kind === 'changed') return html`Bring it: ${command('itop-to-intercom delta')}`;
  if (kind === 'pending' || kind === 'uncertain') return html`Load: ${command('itop-to-intercom load')}`;
  return html`Read iTop again: ${command('itop-to-intercom extract')}`;
}

/** A text with the work lists that it names as links to them, and the records too. */
export function linkedLists(names: RecordNames, words: string): CellValue {
  const list = (Object.keys(workListTitles) as WorkListName[]).find((name) => words.includes(inWorkList(name)));
  if (list === undefined) return namedText(names, words);
  const [before = '', after = ''] = words.split(inWorkList(list));
  return html`${namedText(names, before)}<a href="/lists/${list}">${workListTitles[list]}</a>${namedText(names, after)}`;
}
