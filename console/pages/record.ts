import { RefusedError } from '../../platform/errors.ts';
import { html } from '../../platform/html.ts';
import { readArticle, readObject } from '../../transform/preview/read-objects.ts';
import { readTicket } from '../../transform/preview/read-tickets.ts';
import type { ConsoleContext } from '../console-context.ts';
import { articleContent, objectContent } from '../records/object-content.ts';
import { personContent } from '../records/person-content.ts';
import { plainContent } from '../records/plain-content.ts';
import { readPartStates, ticketContent } from '../records/ticket-content.ts';
import { readTrail, trailContent } from '../records/trail.ts';
import type { ConsoleApp } from '../server.ts';

/** One page a record: as iTop holds it beside what it becomes, and everything that happened to it. */
export function recordRoutes({ app, show, context }: ConsoleApp): void {
  app.get('/record/:key', async (request) => {
    const key = request.req.param('key');
    const found = await kindOf(context, key);
    const { person } = request.get('session');
    if (person !== '' && !context.isReadOnly) await rememberOpened(context, person, key);
    return show(request, '/record', found.title, async (frame) => {
      const idCode = frame.standing.workspace?.idCode ?? '';
      const trail = trailContent(frame, await readTrail(context.pool, frame.standing, key));
      if (found.kind === 'conversation') {
        const [ticket, states] = await Promise.all([
          readTicket(context.pool, key),
          readPartStates(context.pool, idCode, key),
        ]);
        return html`${ticketContent(frame, ticket, states)}${trail}`;
      }
      if (found.kind === 'article') return html`${articleContent(await readArticle(context.pool, key))}${trail}`;
      if (found.kind === 'object') return html`${objectContent(frame, await readObject(context.pool, key))}${trail}`;
      if (found.kind === 'person') return html`${await personContent(frame, key)}${trail}`;
      return html`${await plainContent(frame, key)}${trail}`;
    });
  });
}

interface Found {
  readonly kind: 'conversation' | 'article' | 'object' | 'person' | 'plain';
  readonly title: string;
}

/** What the record becomes, which decides how it is shown. Throws RefusedError for a key of nothing. */
async function kindOf({ pool }: ConsoleContext, key: string): Promise<Found> {
  const { rows } = await pool.query<{ title: string | null; is_transformed: boolean }>(
    `select coalesce(nullif(concat_ws(' ', o.payload ->> 'ref', coalesce(o.payload ->> 'title', o.payload ->> 'friendlyname', o.payload ->> 'name')), ''), h.source_key) as title,
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
