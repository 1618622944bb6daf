import { type Html, html } from '../../platform/html.ts';
import { checkWords } from '../../platform/page-words.ts';

/** What a check found otherwise than it was sent. */
export interface Difference {
  readonly check: string;
  readonly field: string;
  readonly expected: string | null;
  readonly actual: string | null;
}

export function differencesContent(differences: readonly Difference[]): Html {
  return html`${differences.map(({ check, field, expected, actual }) => html`<p class="loss"><b>Different in Intercom:</b> ${field === '' ? checkWords(check) : field.replaceAll('_', ' ')}: sent “${expected ?? 'nothing'}”, found “${actual ?? 'nothing'}”</p>`)}`;
}
