import type pg from 'pg';
import { type Html, html } from '../../platform/html.ts';
import { fieldTable, onlyText } from '../../transform/preview/preview-page.ts';
import type { PlannedPart, PreviewTicket, SourceMessage } from '../../transform/preview/read-tickets.ts';
import type { Frame } from '../page.ts';

/** What is known of one message in Intercom: its id, what was found different, and the calls that sent it. */
export interface PartState {
  readonly targetKey: string;
  readonly targetId: string | null;
  /** Its files: the record that holds the bytes, and the attribute. */
  readonly files: readonly {
    readonly key: string;
    readonly attribute: string;
    readonly name: string;
    readonly type: string | null;
  }[];
  /** Rule by which its author was found; null for what the tool writes itself. */
  readonly authorRule: string | null;
  readonly calls: readonly {
    readonly id: string;
    readonly operation: string;
    readonly state: string;
    readonly at: Date;
  }[];
  readonly differences: readonly {
    readonly check: string;
    readonly field: string;
    readonly expected: string | null;
    readonly actual: string | null;
  }[];
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
    files: PartState['files'] | null;
    calls: { id: string; operation: string; state: string; at: string }[] | null;
    differences: PartState['differences'] | null;
  }>(
    `with part as (
       select item_key, target_key from intercom.conversation_part where conversation_key = $2
       union all
       select $2 || '#description', $2
     )
     select p.item_key, p.target_key, i.target_id, m.author_rule,
       (select jsonb_agg(jsonb_build_object('key', b.source_key, 'attribute', b.attribute, 'name', f.file_name, 'type', f.media_type) order by f.position)
        from intercom.conversation_part_file f join raw.blob_source b on b.source_key = f.source_key and b.blob_hash = f.blob_hash
        where f.conversation_key = $2 and f.part_key = p.target_key) as files,
       (select jsonb_agg(jsonb_build_object('id', j.journal_id::text, 'operation', j.operation, 'state', j.state, 'at', j.intent_at) order by j.journal_id)
        from load.journal j where j.workspace_id_code = $1 and j.source_key = $2 and j.target_key = p.target_key) as calls,
       (select jsonb_agg(jsonb_build_object('check', v.check_name, 'field', v.field, 'expected', v.expected, 'actual', v.actual))
        from reconcile.verdict v where v.workspace_id_code = $1 and v.phase = 'conversations' and v.target_key = p.target_key and v.verdict in ('failed', 'unknown')) as differences
     from part p
     left join intermediate.thread_part m on m.item_key = p.item_key
     left join load.identity i on i.workspace_id_code = $1 and i.target_key = p.target_key and i.target_type in ('part', 'conversation')`,
    [workspaceIdCode, ticketKey],
  );
  return new Map(
    rows.map((row) => [
      row.item_key,
      {
        targetKey: row.target_key,
        targetId: row.target_id,
        authorRule: row.author_rule,
        files: row.files ?? [],
        calls: (row.calls ?? []).map((call) => ({ ...call, at: new Date(call.at) })),
        differences: row.differences ?? [],
      },
    ]),
  );
}

/** Why a message has the author it has (rules T1 and T4). */
const authorWords: Readonly<Record<string, string>> = {
  T1: 'the opening is by the ticket’s caller (rule T1)',
  T4a: 'iTop knows the account that wrote it, and its person (rule T4a)',
  T4b: 'no account wrote it; the name is that of the caller, or of exactly one linked contact (rule T4b)',
  T4c: 'nobody who may write here could be found by account or name: the fallback teammate writes, and the first line says who it was (rule T4c)',
};

type States = ReadonlyMap<string, PartState>;

/** The thread as iTop holds it beside the thread in Intercom, message by message. */
export function ticketContent(frame: Frame, ticket: PreviewTicket, states: States): Html {
  const { standing } = frame;
  const conversation = states.get(`${ticket.key}#description`)?.targetId;
  return html`<p class="facts"><span class="chip">${ticket.state}${ticket.snoozedUntil === null ? '' : ` until ${standing.clock.time(ticket.snoozedUntil)}`}</span>
<span class="chip">${ticket.contact ?? 'placeholder contact'}</span> <span class="chip">${ticket.company ?? 'no company'}</span>
<span class="chip ${conversation == null ? '' : 'green'}">${conversation == null ? 'not in Intercom yet' : `in Intercom: conversation ${conversation}`}</span></p>
${ticket.covers.length === 0 ? '' : html`<p class="dim">In the sample for: ${ticket.covers.join(' · ')}</p>`}
<section class="thread" aria-label="Thread"><div class="pair heads"><h2>iTop</h2><h2>Intercom, ${conversation == null ? 'planned' : 'as sent'}</h2></div>
${alignThread(ticket).map(({ message, parts }) => pair(frame, ticket.key, message, parts, states))}</section>
<details class="fields" open><summary>Where each field goes (${ticket.fields.length} filled)</summary><div class="scroll" tabindex="0" role="region" aria-label="Fields">${fieldTable(ticket.fields)}</div></details>`;
}

interface Aligned {
  readonly message: SourceMessage | undefined;
  readonly parts: readonly PlannedPart[];
}

/** Each message beside the parts it became; parts of no message, such as the record note, follow in their order. */
export function alignThread({ messages, parts, key }: Pick<PreviewTicket, 'messages' | 'parts' | 'key'>): Aligned[] {
  const itemOf = (part: PlannedPart): string => (part.partType === 'opening' ? `${key}#description` : part.itemKey);
  const byItem = Map.groupBy(parts, itemOf);
  const known = new Set(messages.map((message) => itemKeyOf(message, key)));
  const placed = new Map<string, number>();
  const aligned: { at: number; pair: Aligned }[] = messages.map((message) => {
    const own = byItem.get(itemKeyOf(message, key)) ?? [];
    const first = own[0];
    const at = first === undefined ? (message.writtenAt?.getTime() ?? 0) : parts.indexOf(first);
    if (first !== undefined) placed.set(message.itemKey, at);
    return { at: first === undefined ? Number.NaN : at, pair: { message, parts: own } };
  });
  // A message without a part stands behind the one before it.
  let last = -0.5;
  for (const one of aligned) {
    if (Number.isNaN(one.at)) one.at = last + 0.001;
    last = one.at;
  }
  for (const [item, own] of byItem) {
    const first = own[0];
    if (!known.has(item) && first !== undefined)
      aligned.push({ at: parts.indexOf(first), pair: { message: undefined, parts: own } });
  }
  return aligned.sort((a, b) => a.at - b.at).map((one) => one.pair);
}

const itemKeyOf = ({ itemKey, kind }: SourceMessage, key: string): string =>
  kind === 'opening' ? `${key}#description` : itemKey;

function pair(
  frame: Frame,
  ticketKey: string,
  message: SourceMessage | undefined,
  parts: readonly PlannedPart[],
  states: States,
): Html {
  return html`<div class="pair"><div>${message === undefined ? html`<p class="dim">nothing of iTop's own: the tool writes it</p>` : source(frame, message)}</div>
<div>${parts.length === 0 ? html`<p class="dim">becomes no message</p>` : parts.map((part) => planned(frame, ticketKey, part, states))}</div></div>
`;
}

function source({ standing }: Frame, message: SourceMessage): Html {
  return html`<article class="message ${message.isPrivate ? 'note' : 'comment'}"><p class="by"><b>${message.author ?? 'no name'}</b> <span class="chip ${message.isPrivate ? 'note' : 'comment'}">${message.isPrivate ? 'private' : 'public'}</span> <time>${standing.clock.time(message.writtenAt)}</time></p>
${message.isEmpty ? html`<p class="dim">(empty: does not move)</p>` : html`<div class="body text">${message.text}</div>`}
${message.losses.map((loss) => html`<p class="loss"><b>Lost:</b> ${[loss.kind ?? 'something', loss.detail, loss.place].filter((word) => word !== undefined).join(', ')}</p>`)}
<details><summary>where it comes from</summary><p class="dim">${message.kind.replaceAll('_', ' ')}, item ${message.itemKey}</p>${message.source.includes('<') ? html`<pre>${message.source.slice(0, 20_000)}</pre>` : ''}</details></article>`;
}

function planned(frame: Frame, ticketKey: string, part: PlannedPart, states: States): Html {
  const { standing } = frame;
  const isNote = part.partType === 'note';
  const isRecordNote = part.itemKey.endsWith('#record_note');
  const state = states.get(part.partType === 'opening' ? `${ticketKey}#description` : part.itemKey);
  return html`<article class="message ${isNote ? 'note' : 'comment'}"><p class="by"><b>${part.author}</b>
<span class="chip ${isNote ? 'note' : 'comment'}">${isRecordNote ? 'record note, internal' : isNote ? 'internal note' : 'the customer sees it'}</span>
${part.isFallback && !isRecordNote ? html`<span class="chip warn">fallback author: the first line names who wrote it</span>` : ''}
<time>${standing.clock.time(part.at)}</time>
${part.hasNoTime ? html`<span class="chip warn">no time in iTop</span>` : part.shiftSeconds === 0 ? '' : html`<span class="chip warn">moved by ${part.shiftSeconds} s</span>`}</p>
${part.format === 'html' ? html`<div class="body">${onlyText(part.body)}</div>` : html`<div class="body text">${part.body}</div>`}
${filesOf(part, state)}
${(state?.differences ?? []).map((difference) => html`<p class="loss"><b>Different:</b> ${difference.check} ${difference.field}: sent “${difference.expected ?? ''}”, found “${difference.actual ?? ''}”</p>`)}
${state === undefined ? '' : html`<details><summary>${state.targetId === null ? 'not sent yet' : `sent, id ${state.targetId}`}; why this author</summary><p class="dim">Author: ${authorWords[state.authorRule ?? ''] ?? 'the tool writes this message itself'}.</p>${state.calls.map((call) => html`<p class="dim">call ${call.id}: ${call.operation}, ${call.state}, ${standing.clock.time(call.at)}</p>`)}</details>`}</article>`;
}

/** Pictures are shown; their bytes decide that they are some. What has no bytes here is named. */
function filesOf(part: PlannedPart, state: PartState | undefined): Html | string {
  if (part.files.length === 0) return '';
  const stored = state?.files ?? [];
  const without = part.files.filter(({ name }) => stored.every((file) => file.name !== name));
  return html`<ul class="files">${stored.map((file) => {
    const address = `/file/${encodeURIComponent(file.key)}/${encodeURIComponent(file.attribute)}`;
    const picture = /^image\/(png|jpeg|gif)$/.test(file.type ?? '')
      ? html`<br><img src="${address}" alt="${file.name}" loading="lazy">`
      : '';
    return html`<li><a href="${address}">${file.name}</a> <small>${file.type ?? 'unknown type'}</small>${picture}</li>`;
  })}${without.map((file) => html`<li>${file.name} <small>${file.mediaType ?? 'unknown type'}; its bytes are not here</small></li>`)}</ul>`;
}
