import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type ExtractChange, extractFrom } from '../support/extract-runs.ts';
import { changeObjects, idsOf } from '../support/itop-changes.ts';
import { get, startTestItop, type TestItop } from '../support/itop-simulator.ts';
import { stateOf } from '../support/own-state.ts';

let database: TestDatabase;
let itop: TestItop;

beforeEach(async () => {
  [database, itop] = await Promise.all([createTestDatabase(), startTestItop({ generator: { tickets: 60, seed: 5 } })]);
});
afterEach(async () => {
  await itop.close();
  await database.drop();
});

const full = (change: ExtractChange = {}) => extractFrom(database.pool, itop, change);
const delta = (change: ExtractChange = {}) => extractFrom(database.pool, itop, { ...change, isDelta: true });

const change = (...changes: object[]) => changeObjects(itop, ...changes);
const idsIn = (className: string) => idsOf(itop, className);

async function changedKeys(since: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ key: string }>(
    `select o.op || ' ' || o.source_key as key from raw.object o where o.run_id = $1 and o.root_class not like 'CMDB%' order by 1`,
    [since],
  );
  return rows.map((row) => row.key);
}

describe('an extraction of changes', () => {
  it('brings exactly what changed, came and went', async () => {
    await full();
    const [request = 0, other = 0] = (await idsIn('UserRequest')).slice(10);
    const [person = 0] = (await idsIn('Person')).slice(5);
    const [faq = 0] = await idsIn('FAQ');
    const [link = 0] = await idsIn('lnkContactToTicket');
    const [attachment = 0] = await idsIn('Attachment');
    const [born, file] = await change(
      { action: 'insert', class: 'UserRequest', fields: { ref: 'R-900001', title: 'new' } },
      { action: 'insert', class: 'Attachment', fields: { item_class: 'UserRequest', item_id: String(request) } },
      { action: 'append-log', class: 'UserRequest', id: request, log: 'public_log', entry: { message: 'more' } },
      { action: 'patch', class: 'Person', id: person, fields: { phone: '+33 1' } },
      { action: 'delete', class: 'FAQ', id: faq },
      { action: 'delete', class: 'UserRequest', id: other },
      { action: 'delete', class: 'lnkContactToTicket', id: link },
      { action: 'delete', class: 'Attachment', id: attachment },
    );
    const outcome = await delta();
    expect([outcome.isComplete, outcome.findings.filter(({ severity }) => severity !== 'note')]).toEqual([true, []]);
    const keys = await changedKeys(outcome.runId);
    expect(keys).toEqual(
      [
        `delete Attachment::${attachment}`,
        `delete FAQ::${faq}`,
        `delete Ticket::${other}`,
        `delete lnkContactToTicket::${link}`,
        `upsert Attachment::${file}`,
        `upsert Contact::${person}`,
        `upsert Ticket::${born}`,
        `upsert Ticket::${request}`,
      ].sort(),
    );
    const again = await delta();
    expect(await changedKeys(again.runId)).toEqual([]);
  });

  it('does not read again what moved in the hour before a full pass, unless it moved since', async () => {
    const [first = 0, second = 0, third = 0, ...others] = await idsIn('UserRequest');
    const touch = (ids: readonly number[]) =>
      change(...ids.map((id) => ({ action: 'patch', class: 'UserRequest', id, fields: { title: 'Imported' } })));
    await touch(others);
    // The latest time is a later second than theirs: those of the last second may have changed after they were read.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await touch([first]);
    await full();
    await touch([second, third]);
    const outcome = await delta();
    expect(outcome.isComplete).toBe(true);
    const fetched = outcome.classes.find(({ className }) => className === 'UserRequest')?.rows;
    expect([others.length > 20, fetched]).toEqual([true, 3]);
  });

  it('reads no class that did not change', async () => {
    await full();
    await change({ action: 'patch', class: 'Person', id: (await idsIn('Person'))[3], fields: { name: 'Other' } });
    const before = (await itop.control('/stats')) as { calls: number; rows: number };
    const outcome = await delta();
    const after = (await itop.control('/stats')) as { calls: number; rows: number };
    expect(outcome.classes.map(({ className, rows }) => [className, rows])).toContainEqual(['Person', 1]);
    expect(outcome.classes.map(({ className }) => className)).not.toContain('UserRequest');
    expect(after.rows - before.rows).toBeLessThan(1_500);
  });

  it.each([11, 12])('ends where reading everything ends, whatever changes (seed %i)', async (seed) => {
    await full();
    const dice = diceOf(seed);
    for (let round = 0; round < 3; round++) {
      for (let step = 0; step < 12; step++) await randomChange(dice);
      const outcome = await delta();
      expect([outcome.isComplete, outcome.findings.filter(({ severity }) => severity === 'blocker')]).toEqual([
        true,
        [],
      ]);
    }
    const fresh = await createTestDatabase();
    try {
      await extractFrom(fresh.pool, itop);
      expect(await stateOf(database.pool)).toEqual(await stateOf(fresh.pool));
    } finally {
      await fresh.drop();
    }
  });

  it('reads again what the account may not learn from the history', async () => {
    const user = 'support.agent';
    const login = await agentLogin();
    await full({ settings: { user: login ?? user } });
    const [request = 0] = (await idsIn('UserRequest')).slice(7);
    const [person = 0] = await idsIn('Person');
    const [faq = 0] = await idsIn('FAQ');
    await change(
      { action: 'patch', class: 'UserRequest', id: request, fields: { impact: '1', urgency: '1' } },
      { action: 'patch', class: 'Person', id: person, fields: { phone: '+33 1' } },
      { action: 'delete', class: 'FAQ', id: faq },
    );
    const outcome = await delta({ settings: { user: login ?? user } });
    expect(outcome.isComplete).toBe(false);
    expect(await changedKeys(outcome.runId)).toEqual([
      `delete FAQ::${faq}`,
      `upsert Contact::${person}`,
      `upsert Ticket::${request}`,
    ]);
  });

  it('finds a ticket that changed in the hour that autumn repeats, by its time alone', async () => {
    const user = (await agentLogin()) ?? 'support.agent';
    await full({ settings: { user } });
    const { rows } = await database.pool.query<{ earlier: string }>(
      `select to_char(max(value)::timestamp - interval '1 hour', 'YYYY-MM-DD HH24:MI:SS') as earlier
       from ops.watermark where channel = 'last_update'`,
    );
    const [request = 0] = (await idsIn('UserRequest')).slice(7);
    await change({
      action: 'patch',
      class: 'UserRequest',
      id: request,
      fields: { title: 'another', last_update: rows[0]?.earlier },
    });
    const outcome = await delta({ settings: { user } });
    expect(await changedKeys(outcome.runId)).toContain(`upsert Ticket::${request}`);
  });

  it('keeps its watermark while a class fails, so that nothing is missed', async () => {
    await full();
    const [person = 0] = await idsIn('Person');
    await change({ action: 'patch', class: 'Person', id: person, fields: { phone: '+33 1' } });
    await itop.control('/faults', {
      kind: 'error-code',
      code: 1,
      message: 'The current user does not have enough permissions for reading data of class Person',
      match: { class: 'Person' },
    });
    const failed = await delta();
    expect(failed.isComplete).toBe(false);
    await itop.control('/faults/clear', {});
    expect(await changedKeys((await delta()).runId)).toEqual([`upsert Contact::${person}`]);
  });

  it('brings the others of a page that iTop fails on, and asks again for the one that it cannot give', async () => {
    await full();
    const ids = (await idsIn('UserRequest')).slice(0, 5);
    await change(...ids.map((id) => ({ action: 'patch', class: 'UserRequest', id, fields: { title: 'changed' } })));
    const [first, second, ...others] = ids;
    for (const keyContains of [`IN (${ids.join(',')})`, `IN (${first},${second})`, `IN (${first})`])
      await itop.control('/faults', { kind: 'truncate', match: { class: 'UserRequest', keyContains }, times: 1_000 });
    const cut = await delta();
    const ticketsOf = async (runId: string) =>
      (await changedKeys(runId)).filter((line) => line.startsWith('upsert Ticket::'));
    expect(await ticketsOf(cut.runId)).toEqual([second, ...others].map((id) => `upsert Ticket::${id}`).sort());
    const blockers = cut.findings.filter(({ severity }) => severity === 'blocker').map(({ subject }) => subject);
    expect(new Set(blockers)).toEqual(new Set([`UserRequest::${first}`]));
    await itop.control('/faults/clear', {});
    expect(await ticketsOf((await delta()).runId)).toEqual([`upsert Ticket::${first}`]);
  });

  it('finds a file that was uploaded before its ticket was saved', async () => {
    await full();
    const [request = 0] = await idsIn('UserRequest');
    const [file = 0] = await change({ action: 'insert', class: 'Attachment', fields: { temp_id: 'upload-1' } });
    await delta();
    const owner = { temp_id: '', item_class: 'UserRequest', item_id: String(request) };
    await change({ action: 'patch', class: 'Attachment', id: file, fields: owner });
    expect(await changedKeys((await delta()).runId)).toEqual([`upsert Attachment::${file}`]);
  });
});

describe('an iTop that went back', () => {
  it('is refused by a delta and named by a full extraction when its history ends before the watermark', async () => {
    await change({ action: 'patch', class: 'Person', id: (await idsIn('Person'))[0], fields: { name: 'Later' } });
    await full();
    const restored = await startTestItop({ generator: { tickets: 60, seed: 5 } });
    try {
      await expect(extractFrom(database.pool, restored, { isDelta: true })).rejects.toMatchObject({
        message: expect.stringContaining('restored from a backup'),
        nextStep: expect.stringContaining('itop-to-intercom extract'),
      });
      const outcome = await extractFrom(database.pool, restored);
      expect(outcome.findings.map(({ code }) => code)).toContain('source_went_back');
      expect((await extractFrom(database.pool, restored)).findings.map(({ code }) => code)).not.toContain(
        'source_went_back',
      );
    } finally {
      await restored.close();
    }
  });

  it('is recognised when its history has grown past the watermark again', async () => {
    await change({ action: 'patch', class: 'Person', id: (await idsIn('Person'))[0], fields: { name: 'Later' } });
    await full();
    const restored = await startTestItop({ generator: { tickets: 60, seed: 5 } });
    try {
      const [, second, third] = await idsIn('Person');
      for (const id of [second, third]) {
        await restored.control('/objects', { action: 'patch', class: 'Person', id, fields: { name: 'Another story' } });
      }
      await expect(extractFrom(database.pool, restored, { isDelta: true })).rejects.toThrow('restored from a backup');
    } finally {
      await restored.close();
    }
  });

  it('needs a complete extraction before the first delta', async () => {
    await expect(delta()).rejects.toMatchObject({ nextStep: 'itop-to-intercom extract' });
  });
});

describe('an iTop that lost a class', () => {
  it.each([true, false])('is extracted without it, and the class is named (delta: %s)', async (isDelta) => {
    await full();
    const [person = 0] = await idsIn('Person');
    await change({ action: 'patch', class: 'Person', id: person, fields: { phone: '+33 1' } });
    const smaller = await withoutClass('CustomAsset');
    try {
      const outcome = await extractFrom(database.pool, { ...itop, url: smaller.url }, { isDelta });
      const vanished = outcome.findings.filter(({ code }) => code === 'class_vanished');
      expect(vanished.map(({ subject }) => subject)).toEqual(['CustomAsset']);
      expect(outcome.isComplete).toBe(true);
      expect(await changedKeys(outcome.runId)).toEqual([`upsert Contact::${person}`]);
    } finally {
      smaller.close();
    }
  });
});

/** The same iTop behind a server that leaves a class out of its listings. */
async function withoutClass(name: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const answer = await fetch(`${itop.url}${request.url}`, { method: 'POST', body: new URLSearchParams(body) });
    response.end((await answer.text()).replaceAll(new RegExp(`\\b${name}, `, 'g'), ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** An account that may use REST and is no administrator. */
async function agentLogin(): Promise<string | undefined> {
  for (const { fields } of Object.values((await itop.call(get('SELECT UserLocal', 'login'))).objects ?? {})) {
    const login = String(fields.login);
    const refused = await itop.call(get('SELECT CMDBChangeOp WHERE id < 2', 'id'), login);
    const given = await itop.call(get('SELECT Organization', 'id'), login);
    const all = await itop.call(get('SELECT Organization', 'id'));
    if (refused.code === 1 && given.code === 0 && given.message === all.message) return login;
  }
  return undefined;
}

type Dice = (sides: number) => number;

function diceOf(seed: number): Dice {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

async function randomChange(dice: Dice): Promise<void> {
  const pick = async (className: string) => {
    const ids = await idsIn(className);
    return ids[dice(ids.length)] ?? 0;
  };
  const words = `text ${dice(1_000_000)}`;
  const kinds: (() => Promise<object>)[] = [
    async () => ({ action: 'patch', class: 'Person', id: await pick('Person'), fields: { name: words } }),
    async () => ({ action: 'patch', class: 'UserRequest', id: await pick('UserRequest'), fields: { title: words } }),
    async () => ({ action: 'patch', class: 'Incident', id: await pick('Incident'), fields: { description: words } }),
    async () => ({ action: 'patch', class: 'Organization', id: await pick('Organization'), fields: { code: words } }),
    async () => ({ action: 'patch', class: 'Service', id: await pick('Service'), fields: { description: words } }),
    async () => ({ action: 'patch', class: 'CustomAsset', id: await pick('CustomAsset'), fields: { name: words } }),
    async () => ({ action: 'patch', class: 'UserLocal', id: await pick('UserLocal'), fields: { language: words } }),
    async () => ({ action: 'delete', class: 'UserRequest', id: await pick('UserRequest') }),
    async () => ({ action: 'delete', class: 'Person', id: await pick('Person') }),
    async () => ({ action: 'delete', class: 'lnkContactToTicket', id: await pick('lnkContactToTicket') }),
    async () => ({ action: 'delete', class: 'Attachment', id: await pick('Attachment') }),
    async () => ({ action: 'insert', class: 'UserRequest', fields: { title: words, ref: words } }),
    async () => ({ action: 'insert', class: 'Person', fields: { name: words } }),
    async () => ({ action: 'insert', class: 'FAQ', fields: { title: words } }),
    async () => ({ action: 'insert', class: 'Attachment', fields: { temp_id: words } }),
    async () => ({
      action: 'insert',
      class: 'lnkContactToTicket',
      fields: { ticket_id: String(await pick('UserRequest')), contact_id: String(await pick('Person')) },
    }),
    async () => ({
      ...{ action: 'append-log', class: 'UserRequest', id: await pick('UserRequest') },
      ...{ log: dice(2) === 0 ? 'public_log' : 'private_log', entry: { message: words } },
    }),
  ];
  const make = kinds[dice(kinds.length)];
  if (make !== undefined) await change(await make());
}
