import type pg from 'pg';
import { type RecordNames, readNames } from '../../itop/record-names.ts';
import { type Html, html } from '../../platform/html.ts';
import { readQuery } from '../../platform/query-file.ts';
import { fieldTable } from '../../transform/preview/field-table.ts';
import type { PlannedPart, PreviewTicket } from '../../transform/preview/read-tickets.ts';
import { itemOfPart, type PartEvidence, threadContent } from '../../transform/preview/thread.ts';
import { type Frame, folded, recordLink } from '../page.ts';
import { type Difference, differencesContent } from './differences.ts';
import { fileItem, type StoredFile } from './stored-files.ts';

const partStateQuery = readQuery(import.meta.dirname, 'part-states.sql');

/** What is known of one message in Intercom: its id, what was found different, and the calls that sent it. */
export interface PartState {
  readonly targetKey: string;
  readonly targetId: string | null;
  /** Its files: the record that holds the bytes, and the attribute. */
  readonly files: readonly StoredFile[];
  /** Rule by which its author was found; null for what the tool writes itself. */
  readonly authorRule: string | null;
  /** Login of the account in iTop that wrote it, and the person that the account belongs to. */
  readonly account: string | null;
  readonly accountPerson: { readonly key: string; readonly name: string } | null;
  /** Who wrote it in Intercom, by the call that sent it; null before. */
  readonly sentAuthor: string | null;
  readonly calls: readonly {
    readonly id: string;
    readonly operation: string;
    readonly state: string;
    readonly at: Date;
  }[];
  readonly differences: readonly Difference[];
}

/** The states of a ticket's parts by the item they come from. */
export async function readPartStates(
  pool: pg.Pool,
  workspaceIdCode: string,
  ticketKey: string,
): Promise<ReadonlyMap<string, PartState>> {
  const { rows } = await pool.query<{
    item_key: string;
    target_key: string;
    target_id: string | null;
    author_rule: string | null;
    account: string | null;
    account_person_key: string | null;
    sent_author: string | null;
    files: PartState['files'] | null;
    calls: { id: string; operation: string; state: string; at: string }[] | null;
    differences: PartState['differences'] | null;
  }>(partStateQuery, [workspaceIdCode, ticketKey]);
  const people = await readNames(
    pool,
    rows.map((row) => row.account_person_key),
  );
  return new Map(
    rows.map((row) => [
      row.item_key,
      {
        targetKey: row.target_key,
        targetId: row.target_id,
        authorRule: row.author_rule,
        account: row.account,
        accountPerson: personOf(people, row.account_person_key),
        sentAuthor: row.sent_author,
        files: row.files ?? [],
        calls: (row.calls ?? []).map((call) => ({ ...call, at: new Date(call.at) })),
        differences: row.differences ?? [],
      },
    ]),
  );
}

function personOf(names: RecordNames, key: string | null): PartState['accountPerson'] {
  const name = names.get(key ?? '');
  return key === null || name === undefined ? null : { key, name };
}

/** Why a message has the author it has (rules T1 and T4). */
function authorWords(part: PlannedPart, { authorRule, account, accountPerson }: PartState): Html {
  if (part.partType === 'opening' || authorRule === 'T1') return html`The caller of the ticket opens the conversation.`;
  const person =
    accountPerson === null ? '' : html`; it belongs to ${recordLink(accountPerson.key, accountPerson.name)}`;
  const isMerged = accountPerson !== null && part.authorKey !== null && part.authorKey !== accountPerson.key;
  const merged = isMerged
    ? html` In Intercom that person is part of the contact ${recordLink(part.authorKey ?? '', part.author)}: its page says why.`
    : '';
  const because: Readonly<Record<string, Html | string>> = {
    T4a:
      account === null
        ? 'iTop names the agent who wrote it.'
        : html`The account “${account}” wrote it in iTop${person}.${merged}`,
    T4b: 'iTop knows no account of its author. The name is that of the caller, or of exactly one person linked to the ticket.',
    T4c: 'Neither an account nor a name leads to a person who may write here.',
  };
  const reason = because[authorRule ?? ''] ?? 'This tool writes the message itself.';
  if (!part.isFallback || authorRule === null) return html`${reason}`;
  const missing = authorRule === 'T4a' ? ' No teammate in Intercom has the address of that person.' : '';
  return html`${reason}${missing} So the migration’s fallback teammate writes it, and its first line says who it was.`;
}

type States = ReadonlyMap<string, PartState>;

/** The thread as iTop holds it beside the thread in Intercom, message by message, with all that is known of each. */
export function ticketContent(frame: Frame, ticket: PreviewTicket, states: States): Html {
  const { clock } = frame.standing;
  const conversation = states.get(`${ticket.key}#description`)?.targetId ?? null;
  const evidenceOf = (part: PlannedPart): PartEvidence | undefined => {
    const state = states.get(itemOfPart(part, ticket.key));
    return state === undefined
      ? undefined
      : { author: authorContent(part, state), files: filesOf(part, state), below: evidenceContent(frame, part, state) };
  };
  return html`<p class="facts"><span class="chip">${ticket.state}${ticket.snoozedUntil === null ? '' : ` until ${clock.time(ticket.snoozedUntil)}`}</span>
<span class="chip">${personLink(ticket.contactKey, ticket.contact ?? 'placeholder contact')}</span> <span class="chip">${ticket.company === null || ticket.companyKey === null ? 'no company' : recordLink(ticket.companyKey, ticket.company)}</span>
<span class="chip">${conversation === null ? 'not in Intercom yet' : `in Intercom as conversation ${conversation}`}</span></p>
${threadContent(ticket, clock, `Intercom, ${conversation === null ? 'planned' : 'as sent'}`, evidenceOf)}
${folded(`Where each of its ${ticket.fields.length} filled fields goes`, fieldTable(ticket.fields))}`;
}

/** Who wrote it, or will, as a link to the page of that person. */
const authorContent = (part: PlannedPart, { sentAuthor }: PartState): Html | string =>
  part.isFallback ? (sentAuthor ?? part.author) : personLink(part.authorKey, sentAuthor ?? part.author);

/** The name of a person as a link; a placeholder is the page of nobody. */
const personLink = (key: string | null, name: string): Html | string =>
  key !== null && /^Contact::\d+$/.test(key) ? recordLink(key, name) : name;

/** What was found otherwise in Intercom, why the message has its author, and the calls that sent it. */
function evidenceContent({ standing }: Frame, part: PlannedPart, state: PartState): Html {
  return html`${differencesContent(state.differences)}
<details><summary>Why this author</summary><p class="dim">${authorWords(part, state)}</p></details>
<details><summary>${state.targetId === null ? 'Not sent yet' : 'How it was sent'}</summary>${state.targetId === null ? '' : html`<p class="dim">Its id in Intercom is ${state.targetId}.</p>`}${state.calls.map((call) => html`<p class="dim">Call ${call.id}, ${call.operation}: ${call.state}, ${standing.clock.time(call.at)}</p>`)}</details>`;
}

/** Its files. What has no bytes here is named. */
function filesOf(part: PlannedPart, state: PartState): Html | string {
  if (part.files.length === 0) return '';
  const without = part.files.filter(({ name }) => state.files.every((file) => file.name !== name));
  return html`<ul class="files">${state.files.map(fileItem)}${without.map((file) => html`<li>${file.name} <small>${file.mediaType ?? 'unknown type'}; its bytes are not here</small></li>`)}</ul>`;
}
