import { type Html, html } from '../../platform/html.ts';
import { homeWords } from '../mapping/mapping-words.ts';
import type { PlannedField } from './read-tickets.ts';

/** The filled fields of a record beside what becomes of each. `differing`: names in Intercom of what was found otherwise there. */
export function fieldTable(fields: readonly PlannedField[], differing: ReadonlySet<string> = new Set()): Html {
  if (fields.length === 0) return html`<p class="dim">No field is filled.</p>`;
  return html`<div class="scroll fields" tabindex="0" role="region" aria-label="Fields"><table class="stack"><thead><tr><th scope="col">Field in iTop</th><th scope="col">Value in iTop</th><th scope="col">Goes to</th><th scope="col">In Intercom</th></tr></thead>
<tbody>${fields.map((field) => fieldRow(field, field.place !== null && differing.has(field.place)))}</tbody></table></div>`;
}

function fieldRow(field: PlannedField, isDifferent: boolean): Html {
  const { attribute, value, home, place } = field;
  const shown = attribute === '' ? html`<span class="dim">written by this tool</span>` : html`${attribute}`;
  const kind = isDifferent ? 'different' : (home ?? 'unnamed');
  return html`<tr class="${kind}"><th scope="row">${shown}</th><td data-label="Value in iTop">${home === 'part' ? '(in the thread above)' : value}</td><td data-label="Goes to">${attribute === '' ? '' : home === null ? 'no field of its own' : homeWords(home)}${place === null || home === 'part' ? '' : html` <code>${place}</code>`}</td><td data-label="In Intercom">${inIntercom(field)}${isDifferent ? html` <span class="chip warn">different in Intercom</span>` : ''}</td></tr>
`;
}

function inIntercom({ home, planned, reason }: PlannedField): string {
  if (planned !== null) return planned;
  if (home === 'attribute' || home === 'record_note') return 'not while the record has this status';
  return home === 'field' || home === 'part' ? '' : (reason ?? '');
}

/**
 * Fields with what Intercom gets in the place that each goes to, and behind them what Intercom gets and no field of iTop holds.
 * `target` holds names and values in Intercom.
 */
export function besideTarget(
  fields: readonly PlannedField[],
  target: readonly (readonly [name: string, value: string])[],
): PlannedField[] {
  const values = new Map(target);
  const used = new Set<string>();
  const beside = fields.map((field) => {
    const { home, place } = field;
    const isSent = (home === 'attribute' || home === 'field') && place !== null && values.has(place);
    if (isSent) used.add(place);
    return isSent ? { ...field, planned: field.planned ?? values.get(place) ?? null } : field;
  });
  const added = target
    .filter(([name]) => !used.has(name))
    .map(([place, planned]) => ({ attribute: '', value: '', home: 'attribute', place, planned, reason: null }));
  return [...beside, ...added];
}
