import { sql } from 'kysely';
import { readNames } from '../../itop/record-names.ts';
import { type Html, html } from '../../platform/html.ts';
import { clockTimestamp, warehouse } from '../../platform/warehouse.ts';
import { articleContent, objectContent } from '../../transform/preview/object-content.ts';
import { readArticle, readObject } from '../../transform/preview/read-objects.ts';
import { readTicket } from '../../transform/preview/read-tickets.ts';
import type { ConsoleApp } from '../console-app.ts';
import type { ConsoleContext } from '../console-context.ts';
import { NoSuchPageError } from '../no-such-page-error.ts';
import type { Frame } from '../page.ts';
import { companyContent } from '../records/company-content.ts';
import { personContent } from '../records/person-content.ts';
import { plainContent } from '../records/plain-content.ts';
import { keysIn } from '../records/record-names.ts';
import { fileList, readStoredFiles } from '../records/stored-files.ts';
import { readEvidence } from '../records/target-evidence.ts';
import { readPartStates, ticketContent } from '../records/ticket-content.ts';
import { failureContent, fateContent, readTrail, trailContent } from '../records/trail.ts';
import { coversContent } from './sample.ts';

/** One page a record: as iTop holds it beside what it becomes, and everything that happened to it. */
export function recordRoutes({ app, showIn, part, frameOf, context }: ConsoleApp): void {
  app.get('/record/:key/fate', (request) => part(request, (frame) => fateContent(frame, request.req.param('key'))));
  app.get('/record/:key', async (request) => {
    const key = request.req.param('key');
    const { person } = request.get('session');
    const [frame, title] = await Promise.all([frameOf(request), titleOf(context, key)]);
    const [content, happened, sample] = await Promise.all([
      kindOf(frame, key).then((kind) => contentOf(frame, kind, key)),
      readTrail(context.pool, frame.standing, key),
      rememberOpened(context, person, key).then(() => sampleContent(frame, key)),
    ]);
    const whole = html`${sample}${failureContent(frame, happened)}${content}${trailContent(frame, key, happened)}`;
    return showIn(frame, request, '/record', title, whole);
  });
}

async function contentOf(frame: Frame, kind: Kind, key: string): Promise<Html> {
  const { pool } = frame.context;
  if (kind === 'conversation') {
    const [ticket, states] = await Promise.all([
      readTicket(pool, key),
      readPartStates(pool, frame.standing.workspace?.idCode ?? '', key),
    ]);
    return ticketContent(frame, ticket, states);
  }
  if (kind === 'article') {
    const [article, evidence] = await Promise.all([readArticle(pool, key), readEvidence(frame, 'article', key)]);
    const pictures = await readStoredFiles(
      pool,
      article.losses.flatMap(({ detail = '' }) => keysIn(detail)),
    );
    return articleContent(article, evidence, fileList(pictures));
  }
  if (kind === 'object') {
    const [object, evidence] = await Promise.all([
      readObject(pool, key),
      readEvidence(frame, 'custom_object_instance', key),
    ]);
    return objectContent(object, evidence);
  }
  if (kind === 'person') return personContent(frame, key);
  if (kind === 'company') return companyContent(frame, key);
  return plainContent(frame, key);
}

/** Of a record in the sample: why it is in it, how far this person is, and the next one. */
async function sampleContent({ context, session }: Frame, key: string): Promise<Html | string> {
  const { rows } = await context.pool.query<{
    covers: string[] | null;
    opened: number;
    total: number;
    next: string | null;
  }>(
    `with sample as (
       select s.source_key, o.opened_by is not null as is_opened,
              row_number() over (order by s.target_type = 'conversation' desc, s.target_type, s.position) as turn
       from ops.sample s
       left join ops.record_opened o on o.source_key = s.source_key and o.opened_by = $2 and o.fingerprint = ops.mapping_fingerprint()
     )
     select (select covers from ops.sample where source_key = $1 limit 1) as covers,
            count(*) filter (where is_opened)::integer as opened, count(*)::integer as total,
            (select source_key from sample where not is_opened and source_key <> $1 order by turn limit 1) as next
     from sample having bool_or(source_key = $1)`,
    [key, session.person],
  );
  const [place] = rows;
  if (place === undefined) return '';
  const progress =
    session.person === ''
      ? html`<a href="/sample">Say who you are, to sign it</a>`
      : html`You opened ${place.opened} of ${place.total}. ${place.next === null ? html`<a href="/sample">Sign the sample</a>` : html`<a href="/record/${encodeURIComponent(place.next)}">Next one</a> · <a href="/sample">Sign</a>`}`;
  return html`<aside class="in-sample" aria-label="Sample"><p><b>In the sample:</b> ${coversContent(place.covers ?? [])}</p><p>${progress}</p></aside>`;
}

/** What the record becomes, which decides how it is shown. */
type Kind = 'conversation' | 'article' | 'object' | 'person' | 'company' | 'plain';

/** What people call the record. Throws NoSuchPageError for a key of nothing. */
async function titleOf({ pool }: ConsoleContext, key: string): Promise<string> {
  const name = (await readNames(pool, [key])).get(key);
  if (name === undefined) throw new NoSuchPageError(`record ${key}`);
  return name;
}

async function kindOf({ context, standing }: Frame, key: string): Promise<Kind> {
  if (!standing.isTransformed) return 'plain';
  if (key.startsWith('Contact::')) return 'person';
  if (key.startsWith('Organization::')) return 'company';
  const relations = {
    conversation: 'intercom.conversation',
    article: 'intercom.article',
    object: 'intercom.custom_object_instance',
  } as const;
  const planned = (kind: keyof typeof relations) =>
    warehouse(context.pool).selectFrom(relations[kind]).select(sql.lit(kind).as('kind')).where('target_key', '=', key);
  const conversation = await planned('conversation').executeTakeFirst();
  if (conversation !== undefined) return 'conversation';
  // Asked for the rest alone: to plan this takes longer than to answer it.
  const found = await planned('article').unionAll(planned('object')).executeTakeFirst();
  return found?.kind ?? 'plain';
}

/** A person may sign only what he opened: that is remembered. */
async function rememberOpened({ pool, isReadOnly }: ConsoleContext, person: string, key: string): Promise<void> {
  if (person === '' || isReadOnly) return;
  await warehouse(pool)
    .insertInto('ops.record_opened')
    .values({ opened_by: person, source_key: key, fingerprint: sql`ops.mapping_fingerprint()` })
    .onConflict((opened) =>
      opened
        .columns(['opened_by', 'source_key'])
        .doUpdateSet({ fingerprint: (row) => row.ref('excluded.fingerprint'), opened_at: clockTimestamp }),
    )
    .execute();
}
