import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';
import { readBack } from '../support/read-back-workspace.ts';

/*
 * A process ended before it wrote down the outcome of a call that took effect, and iTop changed before the next load: what is sought
 * is what was sent, not what is planned now.
 */

const opened: TestWorkspace[] = [];
afterEach(async () => {
  for (const workspace of opened.splice(0)) await workspace.close();
});

async function loaded(workload = everyOperation()): Promise<TestWorkspace> {
  const workspace = await openTestWorkspace(workload);
  opened.push(workspace);
  await workspace.load();
  return workspace;
}

/** Makes the outcome of the latest call for a thing unknown, as a kill behind its effect does. */
async function forget(
  { database: { pool } }: TestWorkspace,
  targetType: string,
  targetKey: string,
  isCreation = true,
): Promise<void> {
  if (isCreation) {
    await pool.query(
      `delete from load.identity where (target_type, target_key) = ($1::text, $2::text)
         or target_type = 'conversation_state' and $1::text in ('conversation', 'part') and target_key = split_part($2::text, '#', 1)`,
      [targetType, targetKey],
    );
    await pool.query('delete from load.representation where target_type = $1 and target_key = $2', [
      targetType,
      targetKey,
    ]);
  }
  const { rowCount } = await pool.query(
    `update load.journal set state = 'intent', outcome_at = null, sent_at = null
     where journal_id = (select max(journal_id) from load.journal where target_type = $1 and target_key = $2)`,
    [targetType, targetKey],
  );
  expect(rowCount).toBe(1);
}

const reply = {
  part_type: 'comment',
  author_kind: 'contact',
  author_key: 'Contact::5',
  body: 'A reply.',
  body_format: 'text',
};

/** Plans a row more. */
async function add({ database: { pool } }: TestWorkspace, relation: string, row: object): Promise<void> {
  await pool.query(
    `insert into intercom.${relation} select * from jsonb_populate_record(null::intercom.${relation}, $1)`,
    [JSON.stringify({ payload_hash: '\\x01', ...row })],
  );
}

/** A request of somebody else with the token of the workspace. */
async function request({ url, token }: TestWorkspace, method: string, path: string, body?: object): Promise<void> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Intercom-Version': '2.16', 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.status, path).toBe(200);
}

const changed = `payload_hash = sha256('changed')`;
/** Ids of everything in the workspace that is found by a look. */
async function ids(workspace: TestWorkspace): Promise<string[]> {
  const types = ['company', 'contact', 'collection', 'article', 'conversation'];
  return (await workspace.dump()).filter(({ type }) => types.includes(type)).map(({ type, id }) => `${type} ${id}`);
}

async function red({ database: { pool } }: TestWorkspace): Promise<unknown[]> {
  const { rows } = await pool.query(
    `select target_key, check_name, field, expected, actual from reconcile.difference where is_failure
     union all select target_key, state, reason_code, reason, null from load.outcome
     union all select target_key, what, null, null, null from reconcile.changed_object`,
  );
  return rows;
}

it('things are found by what was sent, whatever iTop names them since, and get the new names, texts and descriptions', async () => {
  const workspace = await loaded();
  const { pool } = workspace.database;
  const before = await ids(workspace);
  const part = 'Ticket::83#private_log/0';
  for (const [type, key] of [
    ['company', 'Organization::3'],
    ['contact', 'Contact::5'],
    ['contact', 'Contact::6'],
    ['collection', 'FAQCategory::1'],
    ['article', 'FAQ::1'],
    ['conversation', 'Ticket::83'],
    ['conversation', 'Ticket::84'],
    ['part', part],
  ] as const)
    await forget(workspace, type, key);
  // Its e-mail is younger than the call.
  await pool.query(
    `update load.journal set payload = payload - 'email' where state = 'intent' and target_key = 'Contact::6'`,
  );
  await pool.query(`update intercom.company set company_id = 'OTHER', name = 'New company', ${changed}`);
  await pool.query(`update intercom.contact set name = 'New name', ${changed} where target_key = 'Contact::6'`);
  await pool.query(
    `update intercom.contact set email = 'other@example.com', name = 'New contact', ${changed} where target_key = 'Contact::5'`,
  );
  await pool.query(
    `update intercom.collection set name = 'New collection', ${changed} where target_key = 'FAQCategory::1'`,
  );
  await pool.query(`update intercom.article set title = 'New article', ${changed}`);
  await pool.query(
    `update intercom.conversation set created_at = created_at - interval '1 hour', contact_key = 'Contact::5',
       body = 'New description. ' || marker, ${changed} where target_key = 'Ticket::84'`,
  );
  await pool.query(
    `update intercom.conversation_part set author_key = 'Contact::7', body = '<p>New words.</p>', ${changed} where target_key = $1`,
    [part],
  );
  // Older than its conversation as that was opened, and not older than iTop shows it now.
  await add(workspace, 'conversation_part', {
    ...reply,
    target_key: 'Ticket::84#public_log/0',
    conversation_key: 'Ticket::84',
    position: 1,
    created_at: '2020-03-02T09:30:00Z',
  });
  await workspace.load({ withChanges: true });
  await workspace.load({ withChanges: true });
  expect(await ids(workspace)).toEqual(before);
  const all = JSON.stringify(await workspace.dump());
  for (const name of [
    '"New company"',
    '"New contact"',
    '"New name"',
    '"New collection"',
    '"New article"',
    'New description.',
    'New words.',
  ])
    expect(all.includes(name), name).toBe(true);
  expect(await red(workspace)).toEqual([]);
});

it('a second conversation of a ticket under another time that a lost call sent is listed at every level', async () => {
  const workspace = await loaded();
  const { pool } = workspace.database;
  const { rows } = await pool.query<{ payload: object }>(
    `insert into load.journal (workspace_id_code, run_id, process_id, phase, operation, target_type, target_key, source_key, method,
                               path, payload, state, sent_at)
     select workspace_id_code, run_id, process_id, phase, operation, target_type, target_key, source_key, method, path,
            payload || '{"created_at": 1500000000}', 'abandoned', intent_at
     from load.journal where operation = 'createConversation' and target_key = 'Ticket::83' returning payload`,
  );
  // It takes effect later than any look.
  await request(workspace, 'POST', '/conversations', rows[0]?.payload);
  // Search shows it after a while only: here 50 ms, as the workspace of these tests is set.
  await pause(200);
  for (const look of [workspace.lookAgain, () => readBack(workspace, 'counts')]) {
    await pool.query('delete from reconcile.verdict');
    await look();
    const found = await red(workspace);
    expect(found).not.toEqual([]);
    for (const row of found)
      expect(row).toMatchObject({
        target_key: 'Ticket::83',
        check_name: expect.stringMatching(/^single$|one conversation/),
      });
  }
});

it('a field that a lost update set is no edit of a teammate: iTop changes it again, or back', async () => {
  const workload = everyOperation();
  const [server] = workload.customObjects ?? [];
  const others = ['FunctionalCI::13', 'FunctionalCI::14'].map((key) => ({
    ...server,
    target_key: key,
    source_key: key,
    external_id: `itop-${key}`,
  }));
  const workspace = await loaded({ ...workload, customObjects: [...(workload.customObjects ?? []), ...others] });
  const { pool } = workspace.database;
  const set = async (phone: string, title: string, instance: string) => {
    await pool.query('update intercom.conversation_relation set instance_keys = array[$1]', [instance]);
    await pool.query(
      `update intercom.contact set phone = $1, payload_hash = sha256(convert_to($1, 'UTF8')) where target_key = 'Contact::5'`,
      [phone],
    );
    await pool.query(
      `update intercom.conversation set title = $1, payload_hash = sha256(convert_to($1, 'UTF8')) where target_key = 'Ticket::83'`,
      [title],
    );
  };
  const former = await pool.query<{ target_type: string; row: object }>(
    `select target_type, to_jsonb(r) as row from load.representation r where target_key in ('Contact::5', 'Ticket::83')`,
  );
  await set('+33 2', 'Second', 'FunctionalCI::13');
  await workspace.load({ withChanges: true });
  await pool.query(`delete from load.representation where target_key in ('Contact::5', 'Ticket::83')`);
  for (const { row } of former.rows)
    await pool.query(
      'insert into load.representation select * from jsonb_populate_record(null::load.representation, $1)',
      [row],
    );
  await forget(workspace, 'contact', 'Contact::5', false);
  await forget(workspace, 'conversation_update', 'Ticket::83', false);
  await set('+33 3', 'Third', 'FunctionalCI::14');
  await workspace.load({ withChanges: true });
  const all = JSON.stringify(await workspace.dump());
  expect(all).toContain('"+333"');
  expect(all).toContain('"Third"');
  expect((await pool.query('select target_key, field from load.kept_edit')).rows).toEqual([]);
  expect(await red(workspace)).toEqual([]);
});

it('a lost note that nobody plans any more is known as ours, and its call is settled', async () => {
  const workspace = await loaded();
  const { pool } = workspace.database;
  const key = 'Ticket::83#private_log/0';
  const tell = (text: string) =>
    pool.query(
      `update intercom.conversation_part set body = $1, payload_hash = sha256(convert_to($1, 'UTF8')) where target_key = $2`,
      [`<p>${text}</p>`, key],
    );
  await tell('First words.');
  await workspace.load({ withChanges: true });
  const note = await pool.query<{ target_key: string }>(
    `select target_key from load.identity where target_type = 'part' and target_key like $1`,
    [`${key}#changed/%`],
  );
  const state = await pool.query<{ row: object }>(
    `select to_jsonb(i) as row from load.identity i where target_type = 'conversation_state'`,
  );
  await forget(workspace, 'part', note.rows[0]?.target_key ?? '');
  await pool.query(
    `insert into load.identity select * from jsonb_populate_recordset(null::load.identity, $1) on conflict do nothing`,
    [JSON.stringify(state.rows.map(({ row }) => row))],
  );
  await tell('Last words.');
  await workspace.load({ withChanges: true });
  const all = JSON.stringify(await workspace.dump());
  expect(all.match(/First words|Last words/g)).toEqual(['First words', 'Last words']);
  expect(await red(workspace)).toEqual([]);
  const known = await pool.query(`select from load.identity where target_type = 'part' and target_key like $1`, [
    `${key}#changed/%`,
  ]);
  expect(known.rowCount).toBe(2);
});

it("what a lost call did not make is nobody else's: a company under the code of today and a contact under the id are linked", async () => {
  const workspace = await loaded();
  const { pool } = workspace.database;
  // The calls had no effect: what they made goes, and other people's things stand where it would be.
  await pool.query(`delete from load.identity where target_key in ('Ticket::84', 'Contact::5/Organization::3')`);
  for (const object of await workspace.dump()) {
    if (object.type !== 'company' && object.type !== 'contact') continue;
    await request(workspace, 'DELETE', `/${object.type === 'company' ? 'companies' : 'contacts'}/${object.id}`);
  }
  await workspace.settled();
  await forget(workspace, 'company', 'Organization::3');
  await forget(workspace, 'contact', 'Contact::6');
  await pool.query(
    `update load.journal set payload = payload - 'email' where state = 'intent' and target_key = 'Contact::6'`,
  );
  const plant = (what: string, fields: object) => workspace.control('/actions', { do: `plant-${what}`, fields });
  await plant('company', { company_id: 'OTHER', name: 'Others' });
  await plant('contact', { role: 'user', external_id: 'itop-contact-6', email: 'other@example.com', name: 'Other' });
  await pool.query(`update intercom.company set company_id = 'OTHER', ${changed}`);
  await workspace.load();
  const { rows } = await pool.query(
    `select i.target_type, i.origin, j.operation, j.before_image is not null as has_before_image
     from load.identity i left join load.journal j using (journal_id) where i.target_key in ('Organization::3', 'Contact::6')
       and i.target_type in ('company', 'contact') order by 1`,
  );
  expect(rows).toEqual([
    // Nothing of them was empty, and our key is written to nothing that was there.
    { target_type: 'company', origin: 'linked', operation: null, has_before_image: false },
    { target_type: 'contact', origin: 'linked', operation: null, has_before_image: false },
  ]);
  const dump = await workspace.dump();
  expect(dump.filter(({ name }) => name === 'Others' || name === 'Other').length).toBe(2);
});

it('a lost call without effect is repeated as things are now', async () => {
  const workspace = await loaded();
  const { pool } = workspace.database;
  const { rows } = await pool.query<{ target_id: string }>(
    `select target_id from load.identity where target_type = 'conversation' and target_key = 'Ticket::84'`,
  );
  await workspace.control('/actions', { do: 'delete-conversation', conversation_id: rows[0]?.target_id });
  await forget(workspace, 'conversation', 'Ticket::84');
  await pool.query(`delete from load.identity where target_key = 'Ticket::84'`);
  await pool.query(
    `update intercom.conversation set created_at = created_at - interval '1 hour', body = 'New description. ' || marker, ${changed}
     where target_key = 'Ticket::84'`,
  );
  await workspace.load();
  const sent = await pool.query<{ sent_created_at: Date }>(
    `select sent_created_at from load.identity where target_type = 'conversation' and target_key = 'Ticket::84'`,
  );
  expect(sent.rows).toEqual([{ sent_created_at: new Date('2020-03-02T09:00:00Z') }]);
  expect(await red(workspace)).toEqual([]);
});

it('of two lost replies of one second that nobody plans any more, each is known by its words, also those in brackets', async () => {
  const workload = everyOperation();
  const texts = ['Call <name> now.', 'Call now.'];
  const parts = texts.map((body, index) => ({
    ...reply,
    target_key: `Ticket::83#public_log/${index + 3}`,
    conversation_key: 'Ticket::83',
    position: index + 5,
    created_at: '2020-03-01T12:30:00Z',
    body,
  }));
  const workspace = await loaded({ ...workload, parts: [...workload.parts, ...parts] });
  const { pool } = workspace.database;
  const keys = parts.map((part) => part.target_key);
  const known = async () =>
    (
      await pool.query(
        `select target_key, target_id from load.identity where target_type = 'part' and target_key = any ($1) order by 1`,
        [keys],
      )
    ).rows;
  const before = await known();
  for (const key of keys) await forget(workspace, 'part', key);
  await pool.query('delete from intercom.conversation_part where target_key = any ($1)', [keys]);
  await workspace.load();
  expect(before.length).toBe(2);
  expect(await known()).toEqual(before);
  expect(await red(workspace)).toEqual([]);
});

it('a file that came after a lost reply is sent', async () => {
  const workspace = await loaded();
  const key = 'Ticket::83#private_log/0';
  await forget(workspace, 'part', key);
  const [file] = everyOperation().files ?? [];
  const late = { ...file, target_key: 'Attachment::9', part_key: key, file_name: 'late.txt' };
  await add(workspace, 'conversation_part_file', late);
  await workspace.load({ withChanges: true });
  expect(JSON.stringify(await workspace.dump()).match(/"late\.txt"/g)?.length).toBe(1);
  expect(await red(workspace)).toEqual([]);
});

it('what a lost call set that nobody plans any more is taken back by the load that ends the conversation', async () => {
  const workspace = await loaded();
  const { pool } = workspace.database;
  // The calls behind the lost one were not made.
  const { rows } = await pool.query<{ target_id: string }>(
    `delete from load.identity where target_type = 'conversation_closing' returning target_id, target_key`,
  );
  expect(rows.length).toBe(2);
  await forget(workspace, 'conversation_closing', 'Ticket::84');
  await forget(workspace, 'conversation_assignee', 'Ticket::83');
  await pool.query(`delete from load.identity where target_type = 'conversation_state'`);
  await pool.query(
    `update intercom.conversation set ${changed}, assignee_key = null, state = case target_key when 'Ticket::83' then state else 'open' end,
       snoozed_until = null`,
  );
  await workspace.load();
  const conversations = (await workspace.dump()).filter(({ type }) => type === 'conversation');
  expect(conversations.map(({ state, admin_assignee_id: agent }) => [state, agent]).sort()).toEqual([
    ['closed', null],
    ['open', null],
  ]);
  // The tickets changed since their conversations were opened.
  await workspace.load({ withChanges: true });
  expect(await red(workspace)).toEqual([]);
});
