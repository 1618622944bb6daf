import { readNames } from '../../itop/record-names.ts';
import { type Html, html } from '../../platform/html.ts';
import { checkMapping } from '../../transform/mapping/check-mapping.ts';
import { applyMapping } from '../../transform/mapping/confirm-mapping.ts';
import { destinationWords, homeWords } from '../../transform/mapping/mapping-words.ts';
import type { MappingFile } from '../../transform/mapping/read-mapping.ts';
import { command, type Frame, folded, table } from '../page.ts';
import { namedLink } from '../records/record-names.ts';

/** Decisions shown at once; more are folded. */
const shownDecisions = 8;

export interface ShownEffect {
  readonly content: Html;
  /** It has no fault: a person may confirm it. */
  readonly isSound: boolean;
}

/** What a mapping changes against the warehouse, the same as "map check": of one class, or of all. */
export async function readEffect(frame: Frame, file: MappingFile, className?: string): Promise<ShownEffect> {
  const { pool, isReadOnly } = frame.context;
  const { faults, notes } = await checkMapping(pool, file);
  if (faults.length > 0) {
    const content = html`<p class="alarm">The file cannot be confirmed before ${faults.length === 1 ? 'this fault is' : `these ${faults.length} faults are`} corrected:</p><ul>${faults.map((fault) => html`<li>${fault.line === undefined ? '' : `Line ${fault.line}: `}${fault.fault}. ${fault.nextStep}</li>`)}</ul>`;
    return { content, isSound: false };
  }
  // The effect is found by trying it, in a transaction that is taken back: whoever may only read cannot.
  if (isReadOnly) {
    const content = html`<p>The file has no fault. To see what it changes: ${command('itop-to-intercom map check')}</p>`;
    return { content, isSound: true };
  }
  const all = await applyMapping(pool, file, undefined);
  const decisions = all.decisions.filter(({ entry }) => isOf(className, entry.split(/[.=]/, 1)[0]));
  const payloads = all.payloads.filter((change) => isOf(className, change.class));
  const names = await readNames(
    pool,
    payloads.flatMap(({ examples }) => examples.map((one) => one.sourceKey)),
  );
  const others = all.decisions.length - decisions.length;
  const decided = table(
    frame.standing,
    [
      { name: 'Decision about', value: (row) => row.entry },
      { name: 'Until now', value: (row) => decisionWords(row.before) },
      { name: 'In the file', value: (row) => decisionWords(row.after) },
    ],
    decisions,
    'Decisions that change',
  );
  const changed = table(
    frame.standing,
    [
      ...(className === undefined ? [{ name: 'Class', value: (row: (typeof payloads)[number]) => row.class }] : []),
      { name: 'What changes', value: (row) => row.what.replaceAll('_', ' ') },
      { name: 'Objects', value: (row) => row.objects },
      {
        name: 'For example',
        value: ({ examples: [one] }) =>
          one === undefined
            ? null
            : html`${namedLink(names, one.sourceKey)}: ${one.before ?? 'nothing'} → ${one.after ?? 'nothing'}`,
      },
    ],
    payloads,
    'What changes in Intercom',
    all.arePayloadsCompared
      ? 'Nothing that is sent to Intercom changes.'
      : 'That can be seen after the first transform.',
  );
  const of = className === undefined ? '' : ` for ${className}`;
  const content = html`${
    decisions.length === 0
      ? html`<p>Nothing would change${of}: the file holds the decisions that are in use.</p>`
      : html`<p><b>${decisions.length} ${decisions.length === 1 ? 'decision' : 'decisions'}${of} ${decisions.length === 1 ? 'differs' : 'differ'}</b> from what is in use.</p>
${decisions.length <= shownDecisions ? decided : folded('Which decisions', decided)}
<h2>What changes in Intercom</h2>${changed}`
  }
${others === 0 ? '' : html`<p><a href="/mapping">${others} ${others === 1 ? 'decision' : 'decisions'} about other classes</a></p>`}
${notes.length === 0 || className !== undefined ? '' : folded(`${notes.length} ${notes.length === 1 ? 'note' : 'notes'} on the file`, html`<ul>${notes.map((note) => html`<li>${note.fault}</li>`)}</ul>`)}`;
  return { content, isSound: true };
}

const isOf = (className: string | undefined, name: string | undefined): boolean =>
  className === undefined || name === className;

/** A decision as it stands in the file, in words: "home: record_note; label: Caller". */
function decisionWords(decision: string | null | undefined): string {
  if (decision == null) return 'undecided';
  return decision
    .replace(/^to: (\w+)/, (_, to: string) => destinationWords(to))
    .replace(/^home: (\w+)/, (_, home: string) => homeWords(home));
}
