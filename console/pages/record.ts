import { RefusedError } from '../../platform/errors.ts';
import { type Html, html } from '../../platform/html.ts';
import { nameExpression } from '../../platform/record-names.ts';
import { readArticle, readObject } from '../../transform/preview/read-objects.ts';
import { readTicket } from '../../transform/preview/read-tickets.ts';
import type { ConsoleApp } from '../console-app.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { Frame } from '../page.ts';
import { companyContent } from '../records/company-content.ts';
import { articleContent, objectContent } from '../records/object-content.ts';
import { personContent } from '../records/person-content.ts';
import { plainContent } from '../records/plain-content.ts';
import { readPartStates, ticketContent } from '../records/ticket-content.ts';
import { failureContent, fateContent, readTrail, trailContent } from '../records/trail.ts';
import { coversContent } from './sample.ts';

/** One page a record: as iTop holds it beside what it becomes, and everything that happened to it. */
export function recordRoutes({ app, show, part, context }: ConsoleApp): void {
  app.get('/record/:key/fate', (request) => part(request, (frame) => fateContent(frame, request.req.param('key'))));
  app.get('/record/:key', async (request) => {
    const key = request.req.param('key');
    const found = await kindOf(context, key);
    const { person } = request.get('session');
    if (person !== '' && !context.isReadOnly) await rememberOpened(context, person, key);
    return show(request, '/record', found.title, async (frame) => {
      const idCode = frame.standing.workspace?.idCode ?? '';
      const happened = await readTrail(context.pool, frame.standing, key);
      const trail = trailContent(frame, key, happened);
      const above = html`${await sampleContent(frame, key)}${failureContent(frame, happened)}`;
      if (found.kind === 'conversation') {
        const [ticket, states] = await Promise.all([
          readTicket(context.pool, key),
          readPartStates(context.pool, idCode, key),
        ]);
        return html`${above}${ticketContent(frame, ticket, states)}${trail}`;
      }
      return html`${above}${await contentOf(frame, found.kind, key)}${trail}`;
    });
  });
}

async function contentOf(frame: Frame, kind: Found['kind'], key: string): Promise<Html> {
  const { pool } = frame.context;
  if (kind === 'article') return articleContent(await readArticle(pool, key));
  if (kind === 'object') return objectContent(frame, await readObject(pool, key));
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

interface Found {
  readonly kind: 'conversation' | 'article' | 'object' | 'person' | 'company' | 'plain';
  readonly title: string;
}

/** What the record becomes, which decides how it is shown. Throws RefusedError for a key of nothing. */
async function kindOf({ pool }: ConsoleContext, key: string): Promise<Found> {
  const { rows } = await pool.query<{ title: string | null; is_transformed: boolean }>(
    `select coalesce(${nameExpression}, h.source_key) as title,
            exists (select from ops.materialised where relation = 'intercom.conversation') as is_transformed
     from raw.head h join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
     where h.source_key = $1`,
    [key],
  );
  const row = rows[0];
  if (row === undefined) {
    throw new RefusedError(`Nothing is known of ${key}.`, {
      stage: 'console',
      nextStep: 'Look for it by its ref, name, address or id.',
    });
  }
  const title = row.title ?? key;
  if (!row.is_transformed) return { kind: 'plain', title };
  if (key.startsWith('Contact::')) return { kind: 'person', title };
  if (key.startsWith('Organization::')) return { kind: 'company', title };
  const planned = await pool.query<{ kind: Found['kind'] }>(
    `select 'conversation' as kind from intercom.conversation where target_key = $1
     union all select 'article' from intercom.article where target_key = $1
     union all select 'object' from intercom.custom_object_instance where target_key = $1`,
    [key],
  );
  return { kind: planned.rows[0]?.kind ?? 'plain', title };
}

/** A person may sign only what he opened: that is remembered. */
async function rememberOpened({ pool }: ConsoleContext, person: string, key: string): Promise<void> {
  await pool.query(
    `insert into ops.record_opened (opened_by, source_key, fingerprint) values ($1, $2, ops.mapping_fingerprint())
     on conflict (opened_by, source_key) do update set fingerprint = excluded.fingerprint, opened_at = clock_timestamp()`,
    [person, key],
  );
}
