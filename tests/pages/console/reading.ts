import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningConsole } from '../../../console/server.ts';
import { fileSize } from '../../../transform/preview/file-size.ts';
import { enter, open, svg, world } from './world.ts';

/** What lists, search and the pages of records show. */
export function testReading(): void {
  let running: RunningConsole;
  beforeAll(async () => {
    running = await open();
  });
  afterAll(() => running.close());

  it('exports exactly what a list shows, without a live formula', async () => {
    const { origin, cookie } = await enter(running);
    const csv = await (await fetch(`${origin}/lists/findings/csv?filter=pwned`, { headers: { cookie } })).text();
    expect(csv.split('\r\n').filter((line) => line !== '')).toHaveLength(2);
    expect(csv).toContain(`'=cmd|calc`);
  });

  it('finds people who are no contacts, by the beginnings of their names and by an address in any case', async () => {
    const { origin, cookie } = await enter(running);
    const search = (q: string) =>
      fetch(`${origin}/search?q=${encodeURIComponent(q)}`, { headers: { cookie }, redirect: 'manual' });
    expect(await (await search('age gita')).text()).toContain('href="/record/Contact%3A%3A20"');
    const byAddress = await search('GITA@it.example');
    expect([byAddress.status, byAddress.headers.get('location')]).toEqual([302, '/record/Contact%3A%3A20']);
  });

  it('says that a record or a list is not there, as any other page that is not', async () => {
    const { origin, cookie } = await enter(running);
    for (const path of ['/record/Ticket%3A%3A999', '/lists/no_such', '/nowhere']) {
      const answer = await fetch(`${origin}${path}`, { headers: { cookie } });
      expect(answer.status, path).toBe(404);
      expect(await answer.text()).toContain('There is no such page');
    }
  });

  it('shows the class and the fields of a record that becomes nothing of its own', async () => {
    const { origin, cookie } = await enter(running);
    const page = await (await fetch(`${origin}/record/Attachment%3A%3A7`, { headers: { cookie } })).text();
    expect(page).toContain('<span class="chip">Attachment</span>');
    expect(page.slice(page.indexOf('<h2>As iTop holds it</h2>'))).toContain('<td data-label="Field">item_id</td>');
  });

  it('sorts numbers as numbers, and names records instead of keys', async () => {
    await world.database.pool.query(
      `with run as (insert into ops.run (command, fingerprint, fingerprint_detail, state) values ('load', 'x', '{}', 'done') returning run_id)
       insert into load.outcome (workspace_id_code, target_type, target_key, state, reason_code, reason, next_step, run_id)
       select 'w1', 'contact', case n when 1 then 'Contact::10' else 'Contact::9' || n end, 'failed', case when n > 3 then 'Many' when n > 1 then 'Few' else 'Named' end,
              'it needs Contact::11', 'look', run_id
       from run, generate_series(1, 13) as n`,
    );
    const { origin, cookie } = await enter(running);
    const read = async (path: string) => (await fetch(`${origin}${path}`, { headers: { cookie } })).text();
    const counts = (await read('/lists/unexplained/csv?sort=-count')).split('\r\n').slice(1, -1);
    const failed = counts.filter((line) => line.includes('needs')).map((line) => line.split(',')[0]);
    expect(failed).toEqual(['10', '2', '1']);
    const failures = await read('/lists/failures?filter=Named');
    expect(failures).toContain('title="Contact::10">Ada Berger</a>');
    expect(failures).toContain('title="Contact::11">Ben Colleague</a>');
  });

  it('says why a message has its author, and how an account of iTop leads to it', async () => {
    const { origin, cookie } = await enter(running);
    const page = await (await fetch(`${origin}/record/Ticket::100`, { headers: { cookie } })).text();
    expect(page).toContain('The caller of the ticket opens the conversation.');
    expect(page).toMatch(/<b><a href="\/record\/Contact%3A%3A\d+">/);
    expect(page).toMatch(
      /Neither an account nor a name leads to a person who may write here\. So the migration’s fallback teammate/,
    );
  });

  it('shows on the page of a contact what the lists of Intercom say of it, each thing once', async () => {
    await world.database.pool.query(
      `with run as (insert into ops.run (command, fingerprint, fingerprint_detail, state) values ('reconcile', 'x', '{}', 'done') returning run_id)
       insert into reconcile.verdict (workspace_id_code, run_id, phase, object_type, target_key, check_name, field, evidence, expected, actual, verdict, reason_code)
       select 'w1', run_id, 'contacts', 'contact', 'Contact::10', check_name, field, evidence, expected, actual, 'failed', 'differs'
       from run, (values
         ('read back: contact is listed', '', 'list', 'c-10', 'missing'),
         ('contact', '', 'fresh_read', null, null),
         ('contact', 'phone', 'fresh_read', '1', '2')) as v (check_name, field, evidence, expected, actual)`,
    );
    const { origin, cookie } = await enter(running);
    const page = await (await fetch(`${origin}/record/Contact::10`, { headers: { cookie } })).text();
    expect(page).toContain('contact is listed: sent “c-10”, found “missing”');
    expect(page).toContain('phone: sent “1”, found “2”');
    expect(page.match(/Different in Intercom:/g)).toHaveLength(2);
  });

  it('shows the files of people and organizations, the sizes of those of a message, and where a value is cut', async () => {
    const { origin, cookie } = await enter(running);
    const read = async (key: string) =>
      (await fetch(`${origin}/record/${encodeURIComponent(key)}`, { headers: { cookie } })).text();
    expect(await read('Contact::10')).toContain('<img src="/file/Contact%3A%3A10/picture"');
    const organization = await read('Organization::1');
    expect(organization).toContain('<img src="/file/Organization%3A%3A1/logo"');
    expect(organization).toMatch(/>(long ){60}…</);
    expect(await read('Ticket::100')).toContain(`image/svg+xml, ${fileSize(svg.length)}`);
  });

  it('lists of each class what its latest comparison with an export found', async () => {
    await world.database.pool.query(
      `insert into ops.cross_check (run_id, class, channel, in_file, in_raw, only_in_file, only_in_raw, differing_objects, differing_fields)
       values (1, 'Person', 'csv', 1, 1, 0, 0, 1, 1), (1, 'Team', 'csv', 1, 1, 0, 0, 1, 1), (2, 'Person', 'csv', 1, 1, 0, 0, 0, 0)`,
    );
    await world.database.pool.query(
      `insert into ops.channel_difference (run_id, class, source_key, difference, attribute, raw_value, file_value)
       values (1, 'Person', 'Contact::10', 'field differs', 'phone', '1', '2'), (1, 'Team', 'Contact::20', 'field differs', 'phone', '1', '2')`,
    );
    const { origin, cookie } = await enter(running);
    const csv = await (await fetch(`${origin}/lists/exports/csv`, { headers: { cookie } })).text();
    expect(csv).toContain('Contact::20');
    expect(csv).not.toContain('Contact::10');
  });

  it('goes on from what runs to the load in a stream that was opened before the first transform', async () => {
    const { origin, cookie } = await enter(running);
    const { pool } = world.database;
    const conversations = await pool.query<{ row: object }>(
      "delete from ops.materialised m where relation = 'intercom.conversation' returning to_jsonb(m) as row",
    );
    const answer = await fetch(`${origin}/live/events`, { headers: { cookie } });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    let text = '';
    for await (const piece of (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.includes('class="bars"')) break;
      if (text.includes('\n\n') && conversations.rows[0] !== undefined) {
        await pool.query(
          'insert into ops.materialised select * from jsonb_populate_record(null::ops.materialised, $1) on conflict do nothing',
          [conversations.rows[0].row],
        );
      }
    }
    expect(text).toMatch(/^data: <p>Nothing runs now\.<\/p>\n\n/);
    expect(text).toContain('class="bars"');
  });
}
