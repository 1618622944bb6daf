import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { fieldLists } from '../extract/catalog/field-lists.ts';
import { cacheDirectory } from '../platform/cache-directory.ts';
import { openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { migrate } from '../platform/migrate.ts';
import { openProgress } from '../platform/progress.ts';
import { loadSettings } from '../platform/settings.ts';
import { checkMapping } from '../transform/mapping/check-mapping.ts';
import { parseMapping, readMappingFile } from '../transform/mapping/read-mapping.ts';
import { runPropose } from '../transform/mapping/run-propose.ts';
import { runTransform } from '../transform/run-transform.ts';
import { drawSample } from '../transform/sample/draw-sample.ts';
import { printFigure } from './print-figure.ts';

/*
 * What proposing, checking and sampling cost: tickets with every attribute that is extracted and six log entries, a person for
 * three tickets, an organization for forty. The sample needs a transform first; --sample 0 leaves both out.
 */
const { values } = parseArgs({
  options: { tickets: { type: 'string', default: '100000' }, sample: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const tickets = Number(values.tickets);
const persons = Math.ceil(tickets / 3);
const organizations = Math.ceil(tickets / 40);
const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
});

const special: Readonly<Record<string, string>> = {
  ref: `'R-' || lpad(g::text, 6, '0')`,
  title: `'Ticket ' || g`,
  status: `(array['new','assigned','pending','resolved','closed','closed','closed'])[1 + g % 7]`,
  priority: `(1 + g % 4)::text`,
  urgency: `(1 + g % 4)::text`,
  impact: `(1 + g % 3)::text`,
  origin: `(array['mail','phone','portal','chat'])[1 + g % 4]`,
  request_type: `(array['service_request','incident'])[1 + g % 2]`,
  resolution_code: `(array['assistance','bug fixed','other'])[1 + g % 3]`,
  user_satisfaction: `(1 + g % 4)::text`,
  org_id: `(1 + g % ${organizations})::text`,
  caller_id: `(1 + g % ${persons})::text`,
  caller_id_friendlyname: `'Person ' || (1 + g % ${persons})`,
  description: `'<p>Something does not work: ' || repeat(md5(g::text) || ' ', 12) || '</p>'`,
  finalclass: `'UserRequest'`,
  public_log: logOf(4),
  private_log: logOf(2),
};

function logOf(entries: number): string {
  return `jsonb_build_object('entries', (select jsonb_agg(jsonb_build_object('date', to_char(timestamp '2023-01-01' + make_interval(mins => g + e * 7), 'YYYY-MM-DD HH24:MI:SS'),
    'user_id', '1', 'user_login', 'Person 1', 'message', 'entry', 'message_html', '<p>' || repeat(md5((g * 31 + e)::text) || ' ', 4) || '</p>')) from generate_series(1, ${entries}) e))`;
}

/** Values as iTop's types give them, told by the attribute's name. */
function sqlValueOf(attribute: string): string {
  const own = special[attribute];
  if (own !== undefined) return own;
  if (/_date$|_deadline$|last_update/.test(attribute))
    return `to_char(timestamp '2023-01-01' + make_interval(mins => g), 'YYYY-MM-DD HH24:MI:SS')`;
  if (/_id$/.test(attribute)) return `(g % 20)::text`;
  if (/^(sla_|escalation_flag)/.test(attribute)) return `'no'`;
  if (/^(tto|ttr|cumulatedpending|time_spent)/.test(attribute)) return `(g % 9000)::text`;
  return `'${attribute} ' || g % 500`;
}

async function land(pool: pg.Pool, root: string, name: string, count: number, payload: string): Promise<void> {
  await pool.query(
    `with given as (select g as id, ${payload} as payload from generate_series(1, ${count}) g), landed as (
       insert into raw.object (source_key, root_class, final_class, source_id, op, payload, payload_hash, observed_at, run_id, channel, broker, topic, partition_id, generation, offset_no)
       select $1 || '::' || id, $1, $2, id, 'upsert', payload, sha256(payload::text::bytea), clock_timestamp(), 0, 'rest', 'bench', $1, 0, 0, id
       from given returning source_key, version_id, payload_hash
     ), changed as (
       insert into ops.changed_object (root_class, source_key) select $1, source_key from landed
     )
     insert into raw.head (source_key, root_class, final_class, version_id, payload_hash, op, seen_at, last_record_hash, last_version_id)
     select source_key, $1, $2, version_id, payload_hash, 'upsert', clock_timestamp(), payload_hash, version_id from landed`,
    [root, name],
  );
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  printFigure(`${name.padEnd(52)} ${((performance.now() - startedAt) / 1_000).toFixed(2)} s`);
  return result;
}

/** A payload in pieces: a function of Postgres takes a hundred arguments at most. */
function payloadOf(attributes: readonly string[]): string {
  const pieces: string[] = [];
  for (let i = 0; i < attributes.length; i += 40) {
    pieces.push(
      `jsonb_build_object(${attributes
        .slice(i, i + 40)
        .map((name) => `'${name}', ${sqlValueOf(name)}`)
        .join(', ')})`,
    );
  }
  return pieces.join(' || ');
}

async function measure(pool: pg.Pool, directory: string): Promise<void> {
  await migrate(pool);
  const attributes = fieldLists.get('UserRequest') ?? [];
  await timed(`filling raw: ${tickets} tickets, ${attributes.length} attributes`, async () => {
    await land(
      pool,
      'Organization',
      'Organization',
      organizations,
      `jsonb_build_object('name', 'Organization ' || g, 'code', 'C' || g, 'status', 'active', 'parent_id', '0')`,
    );
    await land(
      pool,
      'Contact',
      'Person',
      persons,
      `jsonb_build_object('name', 'P' || g, 'friendlyname', 'Person ' || g, 'status', 'active', 'org_id', (1 + g % ${organizations})::text, 'email', 'p' || g || '@customer.example')`,
    );
    await land(pool, 'Ticket', 'UserRequest', tickets, payloadOf(attributes));
    await pool.query('analyze raw.object, raw.head');
  });
  const file = join(directory, 'mapping.yaml');
  await timed('map propose', () =>
    runPropose({ pool, file, residency: 'us', snoozeUntil: '2030-01-01T00:00:00Z', snoozeSpreadDays: 0 }),
  );
  const checked = await timed('map check', () => checkMapping(pool, parseMapping(readMappingFile(file).text, file)));
  process.stdout.write(`faults ${checked.faults.length}\n`);
  if (values.sample === '0') return;
  await timed('transform, in full', () => runTransform(pool, settings, openProgress('silent')));
  const sample = await timed('sample', () => drawSample(pool, { tickets: 75, contacts: 150, companies: 30 }));
  const rules = await pool.query<{ count: number }>(
    `select (select count(*) from ops.mapping_attribute where home in ('attribute', 'record_note', 'part', 'field'))::integer as count`,
  );
  process.stdout.write(
    `traits ${sample.features}, rules of attributes ${rules.rows[0]?.count}, cover ${JSON.stringify(sample.cover)}, sample ${JSON.stringify(sample.objects)}\n`,
  );
}

await mkdir(cacheDirectory(), { recursive: true });
const directory = await mkdtemp(join(cacheDirectory(), 'bench-'));
const files = await mkdtemp(join(cacheDirectory(), 'bench-files-'));
const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
const database = openDatabase(server.url, { max: 4 });
try {
  await measure(database.pool, files);
} finally {
  await database.close();
  await server.stop();
  for (const made of [directory, files]) await rm(made, { recursive: true, force: true });
}
