import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acceptPartType } from '../../audit/canary/accept-part-type.ts';
import { checkCanary } from '../../audit/canary/check-canary.ts';
import { confirmCanary } from '../../audit/canary/confirm-canary.ts';
import { removeCanary } from '../../audit/canary/remove-canary.ts';
import { sendCanary } from '../../audit/canary/send-canary.ts';
import { type Intercom, openIntercom } from '../../intercom/client.ts';
import { probeAnswer, readProbes, requestLimit, searchLagBound, seenBehaviour } from '../../intercom/probes.ts';
import { type IntercomSimulator, startIntercomSimulator } from '../../rehearsal/intercom-simulator/server.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const token = 'simulated-token';
const workspaceIdCode = 'w1';
const address = 'Operator@own.example';
let database: TestDatabase;
let simulator: IntercomSimulator;
let intercom: Intercom;

beforeEach(async () => {
  database = await createTestDatabase();
  simulator = await startIntercomSimulator({
    token,
    idCode: workspaceIdCode,
    admins: [{ id: '11', name: 'Ann', email: 'ann@example.com' }],
    switches: { searchLagMs: 60, systemParts: 'none' },
  });
  intercom = openIntercom({ token, region: 'us', baseUrl: simulator.url, timeoutMs: 5_000, latenessMs: 0 });
});
afterEach(async () => {
  await intercom.close();
  await simulator.close();
  await database.drop();
});

const send = (largestFileMegabytes = 0) =>
  sendCanary({
    pool: database.pool,
    intercom,
    address,
    searchWaitMs: 3_000,
    largestFileMegabytes,
  });
const check = (minAgeMs = 0) => checkCanary({ pool: database.pool, intercom, workspaceIdCode, minAgeMs });
const confirm = (hasNothingArrived = true) =>
  confirmCanary({ pool: database.pool, workspaceIdCode, confirmedBy: 'Ann', hasNothingArrived });
const remove = () => removeCanary({ pool: database.pool, intercom, workspaceIdCode });
const act = (action: object) =>
  fetch(`${simulator.controlUrl}/actions`, { method: 'POST', body: JSON.stringify([action]) });
const dump = async () =>
  (await (await fetch(`${simulator.controlUrl}/dump`)).text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string; id: string; email?: string; name?: string });
const turn = (switches: object) =>
  fetch(`${simulator.controlUrl}/switches`, { method: 'POST', body: JSON.stringify(switches) });
const silenceConfirmed = async () =>
  (await database.pool.query(`select confirmed_by from ops.confirmation where subject = 'silence'`)).rows;

describe('the canary', () => {
  it('of a silent workspace is confirmed by a person and leaves nothing behind but what cannot be deleted', async () => {
    const before = await dump();
    const sent = await send();
    expect(sent.searchLagMs).toBeGreaterThanOrEqual(0);
    const checked = await check();
    expect(checked.findings).toEqual([]);
    await expect(confirm(false)).rejects.toMatchObject({
      exitCode: 2,
      nextStep: expect.stringContaining('--nothing-arrived'),
    });
    expect(await silenceConfirmed()).toEqual([]);
    await confirm();
    expect(await silenceConfirmed()).toEqual([{ confirmed_by: 'Ann' }]);
    const removal = await remove();
    const kinds = (objects: Awaited<ReturnType<typeof dump>>) =>
      objects.filter((one) => ['conversation', 'contact'].includes(one.type)).map((one) => `${one.type} ${one.id}`);
    expect(kinds(await dump())).toEqual(kinds(before));
    expect(removal.removed).toEqual(
      expect.arrayContaining([`conversation ${sent.conversationId}`, `contact ${sent.contactId}`]),
    );
    const ledger = (await (await fetch(`${simulator.controlUrl}/ledger`)).json()) as { customer: unknown[] };
    expect(ledger.customer).toEqual([]);
  });

  it('answers what can be asked in its own thread, and leaves the strict default for the rest', async () => {
    await send();
    const probes = new Map((await check()).probes.map((probe) => [probe.name, probe]));
    const answers = Object.fromEntries(
      [...probes.values()].filter((one) => one.isAnswered).map((one) => [one.name, one.answer]),
    );
    expect(answers).toMatchObject({
      comment_html: 'yes',
      plain_opening: 'as_is',
      plain_reply: 'as_is',
      plain_comment: 'escaped',
      second_participant: 'yes',
      same_contact_twice: 'no',
      read_mark: 'yes',
      file_names: 'kept',
      file_sizes: 'kept',
      late_notified_at: 'no',
    });
    expect(probes.get('seatless_author')).toMatchObject({ isAnswered: false, answer: 'no' });
    const lag = Number(probes.get('search_lag_ms')?.answer);
    expect(await searchLagBound(database.pool, workspaceIdCode, 10)).toBe(Math.max(10, 2 * lag));
    expect(await searchLagBound(database.pool, 'another', 10)).toBe(10);
  });

  it('finds by trial how large a request may be; the loader takes it unless one is configured', async () => {
    await send(20);
    const probe = new Map((await check()).probes.map((one) => [one.name, one])).get('request_bytes');
    // The simulator takes 20,000,000 bytes: a file of 5 MB in base64, none of 20.
    expect(probe).toMatchObject({ isAnswered: true, answer: '6766667', detail: expect.stringContaining('HTTP 413') });
    expect(await requestLimit(database.pool, workspaceIdCode, undefined)).toBe(6_766_667);
    expect(await requestLimit(database.pool, workspaceIdCode, 9_000_000)).toBe(9_000_000);
    expect(await requestLimit(database.pool, 'another', undefined)).toBe(20_000_000);
  });

  it.each([
    ['escape', 'as_is'],
    ['keep', 'escaped'],
    ['strip', 'escaped'],
    ['strip_decoded', 'look_alike'],
  ] as const)(
    'sees in which form openings and replies show markup: where Intercom does %s, %s',
    async (plainMarkup, form) => {
      await turn({ plainMarkup });
      await send();
      await check();
      expect((await seenBehaviour(database.pool, workspaceIdCode)).plain).toMatchObject({ opening: form, reply: form });
    },
  );

  it.each([
    ['escape', 'as_is', 'no'],
    ['render', 'escaped', 'yes'],
    ['strip', 'look_alike', 'no'],
  ] as const)(
    'sees in which form comments show markup: where Intercom does %s, %s',
    async (commentHtml, form, html) => {
      await turn({ commentHtml });
      await send();
      await check();
      expect((await seenBehaviour(database.pool, workspaceIdCode)).plain.comment).toBe(form);
      expect(await probeAnswer(database.pool, workspaceIdCode, 'comment_html')).toBe(html);
    },
  );

  it('sees that files are renamed and pictures stored again, and that a contact can be made twice', async () => {
    await turn({ fileNames: 'changed', sameEmail: 'accept' });
    await send();
    await check();
    expect(await seenBehaviour(database.pool, workspaceIdCode)).toMatchObject({
      keepsFileNames: false,
      keepsFileSizes: false,
      sameContactTwice: true,
    });
  });

  it('tries an attribute of each type that the mapping uses, and ends where one is refused', async () => {
    await turn({ attributeNames: 'documented' });
    await expect(send()).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('an attribute itop_'),
      nextStep: expect.stringMatching(/^Make it by hand .* itop_canary_contact_\w+, string\..* canary remove$/s),
    });
    await remove();
    await turn({ attributeNames: 'examples' });
    await send();
    const { rows } = await database.pool.query<{ label: string }>(
      `select label from load.canary_write where target_type like '%attribute' order by 1`,
    );
    const planned = await database.pool.query<{ label: string }>(
      `select distinct 'itop_canary_' || model || '_' || data_type as label from intercom.attribute order by 1`,
    );
    expect(rows).toEqual(expect.arrayContaining(planned.rows));
  });

  it('shows parts that Intercom adds by itself, which a named person accepts by type unless they say something', async () => {
    await turn({ systemParts: 'added' });
    const { conversationId } = await send();
    const partTypes = async () => (await check()).findings.map((one) => [one.acceptablePartType, one.acceptedBy]);
    expect(await partTypes()).toEqual([
      ['language_detection_details', null],
      ['default_assignment', null],
    ]);
    await expect(confirm()).rejects.toMatchObject({ exitCode: 2 });
    const accept = (partType: string) =>
      acceptPartType(database.pool, { workspaceIdCode, partType, acceptedBy: 'Ann', reason: 'says nothing' });
    await accept('language_detection_details');
    expect((await check()).isSilent).toBe(false);
    await accept('default_assignment');
    expect(await check()).toMatchObject({ isSilent: true });
    await confirm();
    await act({ do: 'bot-answers', conversation_id: conversationId, body: 'We reply within a day.' });
    expect((await check()).isSilent).toBe(false);
    await expect(accept('comment')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('cannot be accepted'),
    });
  });

  it('names a bot that answers, and withdraws an earlier confirmation', async () => {
    const { conversationId } = await send();
    await check();
    await confirm();
    await act({ do: 'bot-answers', conversation_id: conversationId, body: 'Hello! I am Fin.' });
    const checked = await check();
    expect(checked.isSilent).toBe(false);
    expect(checked.findings).toMatchObject([
      { kind: 'part', authorType: 'bot', author: 'Fin', finding: expect.stringContaining('I am Fin') },
    ]);
    expect(await silenceConfirmed()).toEqual([]);
    await expect(confirm()).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('not silent') });
    const stored = await database.pool.query('select kind, author from load.canary_finding');
    expect(stored.rows).toEqual([{ kind: 'part', author: 'Fin' }]);
  });

  it('names a workflow that answers every new conversation', async () => {
    await turn({ workflow: 'answers' });
    await send();
    expect((await check()).findings).toMatchObject([{ acceptablePartType: null, author: 'Fin' }]);
    await expect(confirm()).rejects.toMatchObject({ exitCode: 2 });
  });

  it("finds a teammate's note and a reopening", async () => {
    const { conversationId, contactId } = await send();
    await act({
      do: 'teammate-writes',
      conversation_id: conversationId,
      admin_id: '11',
      kind: 'note',
      body: 'By a rule',
    });
    await act({
      do: 'customer-replies',
      conversation_id: conversationId,
      contact_id: contactId,
      body: 'Out of office',
    });
    expect((await check()).findings.map((one) => one.kind).sort()).toEqual(['part', 'part', 'state']);
  });

  it('waits until workflows had their time, and refuses a second canary', async () => {
    await send();
    await expect(check(600_000)).rejects.toMatchObject({
      exitCode: 2,
      nextStep: expect.stringContaining('10 minutes'),
    });
    await expect(send()).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('still there') });
    await remove();
    await expect(check()).rejects.toMatchObject({ exitCode: 2, message: 'No canary was sent.' });
    await send();
  });

  it('is not confirmed when a check finds an answer in the meantime', async () => {
    await send();
    await check();
    const other = await database.pool.connect();
    try {
      await other.query(`begin; update load.canary set state = 'answered'`);
      const confirmed = confirm().catch((error: unknown) => error);
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await expect.poll(async () => (await database.pool.query(waiting)).rowCount).toBe(1);
      await other.query('commit');
      expect(await confirmed).toMatchObject({ exitCode: 2, message: 'The canary changed meanwhile.' });
    } finally {
      other.release(true);
    }
    expect(await silenceConfirmed()).toEqual([]);
  });

  it('whose removal was cut short is neither checked nor confirmed, only removed', async () => {
    await send();
    await check();
    await database.pool.query(`update load.canary set state = 'removing'`);
    const refusal = { exitCode: 2, message: expect.stringMatching(/^Canary \d+ is being removed\.$/) };
    const nextStep = 'itop-to-intercom canary remove, then send it again';
    await expect(check()).rejects.toMatchObject({ ...refusal, nextStep });
    await expect(confirm()).rejects.toMatchObject({ ...refusal, nextStep });
    await expect(send()).rejects.toMatchObject({ exitCode: 2, nextStep: 'itop-to-intercom canary remove' });
    await remove();
    await send();
  });

  it('that is removed after its last write was not sent', async () => {
    await database.pool.query(`
      create function remove_canary() returns trigger language plpgsql as $$
        begin update load.canary set state = 'removing'; return null; end $$;
      create trigger remove_at_the_end after update on load.canary_write for each row
        when (new.label = 'closing' and new.state = 'done') execute function remove_canary()`);
    await expect(send()).rejects.toMatchObject({ message: expect.stringContaining('removed meanwhile') });
  });

  it('leaves a contact in place that was there before', async () => {
    await act({ do: 'plant-contact', fields: { role: 'user', email: 'operator@own.example' } });
    const sent = await send();
    expect(sent.isContactLinked).toBe(true);
    await check();
    await remove();
    expect((await dump()).some((one) => one.type === 'contact' && one.id === sent.contactId)).toBe(true);
  });

  it('whose answer was lost half way is removed by its text', async () => {
    const fault = { match: { operation: 'createConversation' }, kind: 'reset-after-commit' };
    await fetch(`${simulator.controlUrl}/faults`, { method: 'POST', body: JSON.stringify([fault]) });
    await expect(send()).rejects.toMatchObject({ exitCode: 1, nextStep: expect.stringContaining('canary remove') });
    expect((await dump()).filter((one) => one.type === 'conversation')).toHaveLength(1);
    await removeCanary({ pool: database.pool, intercom, workspaceIdCode, searchLagMs: 200 });
    expect((await dump()).filter((one) => one.type === 'conversation')).toEqual([]);
    expect(
      (await readProbes(database.pool, workspaceIdCode)).find((one) => one.name === 'search_lag_ms')?.isAnswered,
    ).toBe(false);
  });

  it('whose conversation comes after the answer was lost is removed when it must have come', async () => {
    const fault = { match: { operation: 'createConversation' }, kind: 'error504-late-commit', ms: 900 };
    await fetch(`${simulator.controlUrl}/faults`, { method: 'POST', body: JSON.stringify([fault]) });
    await expect(send()).rejects.toMatchObject({ exitCode: 1, nextStep: expect.stringContaining('canary remove') });
    expect((await dump()).filter((one) => one.type === 'conversation')).toEqual([]);
    const removal = await removeCanary({ pool: database.pool, intercom, workspaceIdCode, searchLagMs: 200 });
    expect(removal.removed.filter((line) => line.startsWith('conversation '))).toHaveLength(1);
    expect((await dump()).filter((one) => one.type === 'conversation')).toEqual([]);
  });
});
