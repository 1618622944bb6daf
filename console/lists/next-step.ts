import { html } from '../../platform/html.ts';
import { type CellValue, command } from '../page.ts';
import { stepContent } from '../records/step-content.ts';
import { type ListColumn, text } from './work-list.ts';

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

/** The column of a list that says what to do. */
export const nextStepColumn: ListColumn = {
  name: 'next_step',
  label: 'What to do',
  show: (row, names) => stepContent(names, text(row, 'next_step')),
};
