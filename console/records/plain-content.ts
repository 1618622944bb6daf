import type pg from 'pg';
import { readNames } from '../../itop/record-names.ts';
import { type Html, html } from '../../platform/html.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { homeWords } from '../../transform/mapping/mapping-words.ts';
import { cutValue } from '../../transform/preview/cut-value.ts';
import { type Frame, recordLink, table } from '../page.ts';
import { fileList, readStoredFiles } from './stored-files.ts';

/** Longest value shown of one field. */
const shown = 2_000;

/** A record without a page of its own kind: its class, and its fields as iTop gave them, each with its place in Intercom where it has one. */
export async function plainContent({ context, standing }: Frame, key: string): Promise<Html> {
  const { rows } = await context.pool.query<{
    class: string;
    attribute: string;
    value: string;
    home: string | null;
    place: string | null;
  }>(
    `select o.final_class as class, f.key as attribute, ${cutValue('f.value', shown)} as value, a.home, coalesce(a.target_name, a.label) as place
     from raw.head h
     join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
     cross join lateral jsonb_each_text(o.payload) as f
     left join ops.mapping_attribute a on a.class = o.final_class and a.attribute = f.key
     where h.source_key = $1 and f.value is not null and f.value not in ('', '[]', '{"entries": []}') order by f.key`,
    [key],
  );
  const files = await readStoredFiles(context.pool, [key]);
  const isFile = /^(Attachment|InlineImage)::/.test(key);
  const ticket = isFile && standing.hasViews ? await readTicketOfFile(context.pool, key) : undefined;
  const ofClass = rows[0]?.class;
  return html`${ofClass === undefined ? '' : html`<p class="facts"><span class="chip">${ofClass}</span>${ticket === undefined ? '' : html` <span class="chip">of ${recordLink(ticket.key, ticket.name)}</span>`}</p>`}
<h2>As iTop holds it</h2>${fileList(files)}${table(
    standing,
    [
      { name: 'Field', value: (row) => row.attribute },
      { name: 'Value', value: (row) => row.value },
      {
        name: 'Goes to',
        value: (row) =>
          row.home === null ? '' : [homeWords(row.home), row.place].filter((word) => word != null).join(': '),
      },
    ],
    rows,
    'Fields',
    'No field is filled.',
  )}`;
}

/** The ticket that an attachment or a pasted picture belongs to. */
async function readTicketOfFile(pool: pg.Pool, key: string): Promise<{ key: string; name: string } | undefined> {
  const db = warehouse(pool);
  const file = await db
    .selectFrom('staging.attachment')
    .select('ticket_key')
    .where('attachment_key', '=', key)
    .unionAll(db.selectFrom('staging.inline_image').select('ticket_key').where('inline_image_key', '=', key))
    .executeTakeFirst();
  const ticketKey = file?.ticket_key ?? null;
  const name = (await readNames(pool, [ticketKey])).get(ticketKey ?? '');
  return ticketKey === null || name === undefined ? undefined : { key: ticketKey, name };
}
