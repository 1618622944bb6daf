import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkFreeze } from '../../extract/freeze/check-freeze.ts';
import { openRun } from '../../platform/run-record.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { extractFrom } from '../support/extract-runs.ts';
import { changeObjects, idsOf } from '../support/itop-changes.ts';
import { itopSettings } from '../support/itop-settings.ts';
import { get, startTestItop, type TestItop } from '../support/itop-simulator.ts';

let database: TestDatabase;
let itop: TestItop;

beforeAll(async () => {
  [database, itop] = await Promise.all([createTestDatabase(), startTestItop({ generator: { tickets: 60, seed: 5 } })]);
  await extractFrom(database.pool, itop);
});
afterAll(async () => {
  await itop.close();
  await database.drop();
});

const change = (...changes: object[]) => changeObjects(itop, ...changes);
const idsIn = (className: string) => idsOf(itop, className);

/** Checks the freeze; gives what is not as it was, one line a verdict. */
async function differences(): Promise<string[]> {
  const run = await openRun(database.pool, { command: 'freeze', workspaceIdCode: 'w', fingerprint: {} });
  try {
    const { isFrozen } = await checkFreeze({
      settings: itopSettings(itop),
      pool: database.pool,
      workspaceIdCode: 'w',
      runId: run.runId,
    });
    const { rows } = await database.pool.query<{ line: string; evidence: string }>(
      `select check_name || ' ' || target_key || ' ' || reason_code as line from reconcile.difference
       where phase = 'freeze' and is_failure order by check_name, target_key`,
    );
    expect(isFrozen).toBe(rows.length === 0);
    return rows.map((row) => row.line);
  } finally {
    await run.finish({});
    await run.leave();
  }
}

it('an iTop that nobody touched is frozen, and its counts are asked again', async () => {
  expect(await differences()).toEqual([]);
  const { rows } = await database.pool.query<{ command: string; held: number; same: number }>(
    `select count(*)::integer as held, count(*) filter (where v.expected = v.actual)::integer as same
     from reconcile.verdict v where v.check_name = 'freeze: count'`,
  );
  expect(rows[0]?.held).toBeGreaterThan(30);
  expect(rows[0]?.same).toBe(rows[0]?.held);
  const { rows: asked } = await database.pool.query<{ command: string }>(
    `select distinct r.command from (select distinct on (class) run_id from ops.source_count
       where class in ('UserRequest', 'Person') order by class, asked_at desc) c join ops.run r using (run_id)`,
  );
  expect(asked).toEqual([{ command: 'freeze' }]);
});

it('each kind of change is seen by the checks that can see it, and is gone after a delta', async () => {
  const [request = 0, other = 0, third = 0] = (await idsIn('UserRequest')).slice(10);
  const [person = 0] = (await idsIn('Person')).slice(5);
  const [link = 0] = await idsIn('lnkContactToTicket');
  const { objects } = await itop.call(get(`SELECT lnkContactToTicket WHERE id = ${link}`, 'ticket_id,contact_id'));
  const ends = Object.values(objects ?? {})[0]?.fields ?? {};
  const linked = [`Contact::${ends.contact_id}`, `Ticket::${ends.ticket_id}`];
  const [attachment = 0, moved = 0] = await idsIn('Attachment');
  const [picture = 0] = await idsIn('InlineImage');
  const feed = (key: string) => `freeze: change feed ${key} changed_since_extraction`;
  const count = (name: string) => `freeze: count ${name} count_differs`;
  const kinds: readonly (readonly [string, object, (ids: readonly number[]) => readonly string[]])[] = [
    [
      'a field of a ticket',
      { action: 'patch', class: 'UserRequest', id: request, fields: { title: 'another' } },
      () => [feed(`Ticket::${request}`), `freeze: last_update Ticket::${request} changed_since_extraction`],
    ],
    [
      'a log entry',
      { action: 'append-log', class: 'UserRequest', id: other, log: 'public_log', entry: { message: 'more' } },
      () => [feed(`Ticket::${other}`), `freeze: last_update Ticket::${other} changed_since_extraction`],
    ],
    [
      'a new ticket',
      { action: 'insert', class: 'UserRequest', fields: { ref: 'R-900001', title: 'new' } },
      ([born]) => [feed(`Ticket::${born}`), count('UserRequest'), `freeze: last_update Ticket::${born} created`],
    ],
    [
      'a deleted ticket',
      { action: 'delete', class: 'UserRequest', id: third },
      () => [feed(`Ticket::${third}`), count('UserRequest')],
    ],
    [
      'a phone number',
      { action: 'patch', class: 'Person', id: person, fields: { phone: '+33 1' } },
      () => [feed(`Contact::${person}`)],
    ],
    [
      'a link',
      { action: 'delete', class: 'lnkContactToTicket', id: link },
      () => [...linked.map(feed), feed(`lnkContactToTicket::${link}`), count('lnkContactToTicket')],
    ],
    [
      'a new file',
      { action: 'insert', class: 'Attachment', fields: { item_class: 'UserRequest', item_id: String(request) } },
      ([file]) => [count('Attachment'), `freeze: files Attachment::${file} created`],
    ],
    [
      'a file gone',
      { action: 'delete', class: 'Attachment', id: attachment },
      () => [count('Attachment'), `freeze: files Attachment::${attachment} deleted`],
    ],
    [
      'a file moved',
      { action: 'patch', class: 'Attachment', id: moved, fields: { item_id: String(other) } },
      () => [`freeze: files Attachment::${moved} changed_since_extraction`],
    ],
    [
      'a pasted picture moved',
      { action: 'patch', class: 'InlineImage', id: picture, fields: { item_id: String(other) } },
      () => [`freeze: files InlineImage::${picture} changed_since_extraction`],
    ],
  ];
  for (const [name, wanted, expected] of kinds) {
    const ids = await change(wanted);
    // Rows of the history are counted too: some come with a change, those of a deleted object go with it.
    const seen = (await differences()).filter((line) => !line.startsWith('freeze: count CMDBChangeOp'));
    expect(seen, name).toEqual([...expected(ids)]);
    await extractFrom(database.pool, itop, { isDelta: !name.endsWith('moved') });
    expect(await differences(), `${name}, after the next extraction`).toEqual([]);
  }
});

it('what the account may not ask is unknown, and an unfinished extraction is no basis', async () => {
  await itop.control('/faults', {
    kind: 'error-code',
    code: 1,
    message: 'The current user does not have enough permissions for reading data of class CMDBChangeOp',
    match: { class: 'CMDBChangeOp' },
    times: 100,
  });
  expect(await differences()).toContain('freeze: change feed CMDBChangeOp not_readable');
  await itop.control('/faults/clear', {});
  const run = await openRun(database.pool, { command: 'extract', fingerprint: {} });
  expect(await differences()).toEqual(['freeze: extraction extract extraction_unfinished']);
  await run.finish({});
  await run.leave();
  expect(await differences()).toEqual([]);
});
