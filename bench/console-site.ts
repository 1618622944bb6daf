import type pg from 'pg';
import { openProgress } from '../platform/progress.ts';
import { loadSettings } from '../platform/settings.ts';
import { runTransform } from '../transform/run-transform.ts';
import { land } from './land-rows.ts';

/** Tickets that go through the transform; the others are copies of their rows under other keys. */
const original = 3_000;
/** Ids have four digits, so that a copy's number before them makes ids of its own. */
const firstId = 1_000;

/**
 * Fills a warehouse as a load of so many tickets leaves it: landed, transformed, loaded and checked, with a few of each thousand
 * failed or different. Tickets have three entries; there is a person for five of them, and a company for a hundred.
 */
export async function buildConsoleSite(pool: pg.Pool, tickets: number): Promise<void> {
  const copies = Math.max(0, Math.round(tickets / original) - 1);
  if (copies > 99) throw new Error('Refs of copies have two digits: at most 300,000 tickets.');
  const people = Math.max(50, Math.floor(tickets / 5));
  const companies = Math.max(10, Math.floor(tickets / 100));
  await landSite(pool, people, companies);
  const settings = loadSettings({
    environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  });
  await runTransform(pool, settings, openProgress('silent'));
  await copyTickets(pool, copies);
  await load(pool);
  await pool.query('vacuum analyze');
}

async function landSite(pool: pg.Pool, people: number, companies: number): Promise<void> {
  await land(
    pool,
    'Organization',
    'Organization',
    `select g as id, jsonb_build_object('name', 'Organization ' || g, 'code', 'C' || g, 'status', 'active', 'parent_id', (g / 10)::text) as payload
     from generate_series(1, ${companies}) g`,
  );
  await land(
    pool,
    'Contact',
    'Person',
    `select g as id, jsonb_build_object('name', 'Family' || g, 'first_name', 'Person', 'friendlyname', 'Person Family' || g, 'status', 'active',
       'org_id', (1 + g % ${companies})::text, 'org_name', 'Organization ' || 1 + g % ${companies},
       'email', 'person' || case when g % 500 = 3 then g - 1 else g end || '@customer.example') as payload
     from generate_series(1, ${people}) g`,
  );
  await land(
    pool,
    'User',
    'UserLocal',
    `select g as id, jsonb_build_object('login', 'u' || g, 'contactid', g::text, 'status', 'enabled') as payload from generate_series(1, 50) g`,
  );
  await land(
    pool,
    'URP_UserProfile',
    'URP_UserProfile',
    `select g as id, jsonb_build_object('userid', g::text, 'profileid', case when g < 5 then '5' else '2' end) as payload from generate_series(1, 50) g`,
  );
  await land(
    pool,
    'FAQ',
    'FAQ',
    `select g as id, jsonb_build_object('title', 'How to ' || g, 'summary', 'In short', 'description', '<p>' || repeat('words ', g) || '</p>') as payload
     from generate_series(1, 200) g`,
  );
  await land(
    pool,
    'Ticket',
    'UserRequest',
    `select g as id, jsonb_build_object('ref', 'R-' || lpad(g::text, 6, '0'), 'title', 'Printer ' || g || ' in room ' || g % 300 || ' is offline',
       'status', 'closed', 'org_id', (1 + g % ${companies})::text, 'caller_id', (1 + g % ${people})::text,
       'caller_id_friendlyname', 'Person Family' || 1 + g % ${people}, 'agent_id', (1 + g % 4)::text, 'agent_id_friendlyname', 'Person Family' || 1 + g % 4,
       'priority', '3', 'start_date', to_char(timestamp '2023-01-01' + make_interval(mins => g), 'YYYY-MM-DD HH24:MI:SS'), 'last_update', '2024-06-01 10:00:00',
       'description', '<p>It does not print: ' || md5(g::text) || '</p>',
       'public_log', jsonb_build_object('entries', (select jsonb_agg(jsonb_build_object('date', to_char(timestamp '2023-01-02' + make_interval(mins => g + e), 'YYYY-MM-DD HH24:MI:SS'),
         'user_id', (1 + (g + e) % 50)::text, 'user_login', 'Person Family' || 1 + (g + e) % 50, 'message', 'entry', 'message_html', '<p>' || md5((g * 31 + e)::text) || '</p>')) from generate_series(1, 2) e)),
       'private_log', jsonb_build_object('entries', jsonb_build_array(jsonb_build_object('date', '2023-06-01 10:00:00', 'user_id', '1',
         'user_login', 'Person Family1', 'message', 'entry', 'message_html', '<p>Internal ' || g || '</p>')))) as payload
     from generate_series(${firstId}, ${firstId + original - 1}) g`,
  );
}

/** Tables that hold rows of tickets after a transform, raw ones first. */
const ticketTables = [
  'raw.head',
  'intermediate.ticket',
  'intermediate.ticket_scope',
  'intermediate.ticket_message',
  'intermediate.ticket_parent',
  'intermediate.record_note_fact',
  'intermediate.thread_part',
  'intermediate.record_note',
  'intermediate.conversation_attribute',
  'intercom.conversation',
  'intercom.conversation_part',
  'reconcile.log_entry_fact',
];

/** Versions of the copies are numbered behind those of the originals. */
const versionStep = 1_000_000;

async function copyTickets(pool: pg.Pool, copies: number): Promise<void> {
  if (copies === 0) return;
  const asCopy = (text: string): string =>
    `replace(replace(replace(${text}, 'Ticket::', 'Ticket::' || k), 'R-00', 'R-' || lpad(k::text, 2, '0')), 'itopUserRequest', 'itopUserRequest' || k)`;
  await pool.query(
    `insert into raw.object (version_id, source_key, root_class, final_class, source_id, op, payload, payload_hash, observed_at, run_id, channel,
       broker, topic, partition_id, generation, offset_no)
     overriding system value
     select version_id + k * ${versionStep}, 'Ticket::' || k || source_id, root_class, final_class, (k::text || source_id)::bigint, op,
       ${asCopy('payload::text')}::jsonb, payload_hash, observed_at, run_id, channel, broker, topic, partition_id, generation, offset_no + k * ${versionStep}
     from raw.object cross join generate_series(1, $1::integer) k where root_class = 'Ticket'`,
    [copies],
  );
  for (const relation of ticketTables) {
    await pool.query(
      `insert into ${relation}
       select c.* from ${relation} t cross join generate_series(1, $1::integer) k
       cross join lateral jsonb_populate_record(null::${relation},
         ${asCopy('to_jsonb(t)::text')}::jsonb${relation === 'raw.head' ? ` || jsonb_build_object('version_id', t.version_id + k * ${versionStep})` : ''}) as c
       where t::text like '%Ticket::%'`,
      [copies],
    );
  }
}

/** What a load and its checks leave: ids, calls, verdicts, failures, a sample, a plan of a rollback. */
async function load(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into ops.run (command, workspace_id_code, fingerprint, fingerprint_detail, state, ended_at) values ('load', 'w', 'x', '{}', 'done', clock_timestamp());
     insert into ops.process (run_id, attempt, host, pid) select max(run_id), 1, 'bench', 1 from ops.run;
     insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w', 'bench', 'http://w', '1')`,
  );
  await pool.query(
    `insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id, payload_hash, recorded_at)
     select 'w', t.kind, t.key, 'id-' || t.kind || '-' || t.key, 'created', (select max(run_id) from ops.run), t.payload_hash,
            clock_timestamp() - make_interval(secs => random() * 500000)
     from (
       select 'part' as kind, target_key as key, payload_hash from intercom.conversation_part
       union all select kind, target_key, payload_hash from intercom.conversation cross join unnest(array['conversation', 'conversation_state']) as kind
       union all select 'contact', target_key, payload_hash from intercom.contact
       union all select 'company', target_key, payload_hash from intercom.company
       union all select 'contact_company', target_key, null from intercom.contact_company
       union all select 'article', target_key, payload_hash from intercom.article) as t`,
  );
  await pool.query(
    `insert into load.journal (workspace_id_code, run_id, process_id, phase, operation, target_type, target_key, source_key, method, path, state,
       intent_at, sent_at, outcome_at, http_status, payload)
     select 'w', i.run_id, (select max(process_id) from ops.process), case when i.target_type in ('part', 'conversation') then 'conversations' else 'contacts' end,
       case i.target_type when 'part' then 'replyConversation' when 'conversation' then 'createConversation' else 'createContact' end,
       i.target_type, i.target_key, split_part(split_part(i.target_key, '#', 1), '/', 1), 'POST', '/' || i.target_type, 'done', t.at, t.at, t.at, 200,
       jsonb_build_object('body', 'a body')
     from load.identity i cross join lateral (select clock_timestamp() - make_interval(secs => random() * 3000) as at) as t
     where i.target_type in ('part', 'conversation', 'contact')`,
  );
  await pool.query(
    `insert into reconcile.verdict (workspace_id_code, run_id, phase, object_type, target_key, check_name, evidence, expected, actual, verdict, reason_code, fields_checked)
     select 'w', run_id, 'conversations', target_type, target_key, target_type, 'response', null, null,
       case when n % 1000 = 0 then 'failed' when n % 10 = 0 then 'fallback_author' else 'passed' end,
       case when n % 1000 = 0 then 'differs' when n % 10 = 0 then 'author_is_no_teammate' end, 5
     from (select *, row_number() over () as n from load.identity where target_type in ('part', 'conversation')) as i`,
  );
  await pool.query(
    `insert into load.outcome (workspace_id_code, target_type, target_key, state, reason_code, reason, next_step, run_id)
     select 'w', 'conversation', target_key, 'failed', 'ValidationError', 'Intercom refused it', 'Correct it in iTop', (select max(run_id) from ops.run)
     from (select target_key, row_number() over () as n from intercom.conversation) as c where n % 300 = 0;
     insert into ops.sample (target_key, target_type, source_key, position)
     select target_key, 'conversation', target_key, row_number() over () from intercom.conversation limit 150`,
  );
}
