import { type Html, html } from '../../platform/html.ts';
import { failedCheckWords } from '../../reconcile/page-words.ts';

/** What a check found otherwise than it was sent. */
export interface Difference {
  readonly check: string;
  readonly field: string;
  readonly expected: string | null;
  readonly actual: string | null;
}

/** Each in words. Where a check names the fields that differ, its row of the whole object says nothing more. */
export function differencesContent(differences: readonly Difference[]): Html {
  const named = new Set(differences.filter(({ field }) => field !== '').map(({ check }) => check));
  const shown = differences.filter(({ check, field }) => field !== '' || !named.has(check));
  return html`${shown.map((difference) => html`<p class="loss"><b>Different in Intercom:</b> ${differenceWords(difference)}</p>`)}`;
}

function differenceWords({ check, field, expected, actual }: Difference): string {
  const what = field === '' ? failedCheckWords(check) : field.replaceAll('_', ' ');
  if (expected === null && actual === null) return what;
  return `${what}: sent “${expected ?? 'nothing'}”, found “${actual ?? 'nothing'}”`;
}
