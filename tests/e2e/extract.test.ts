import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openInlineBroker } from '../../extract/landing/inline-broker.ts';
import { type ExtractOutcome, runExtract } from '../../extract/run-extract.ts';
import { findRestrictedRights } from '../../extract/sources/rest/restricted-rights.ts';
import type { Finding } from '../../platform/findings.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import type { ItopSettings } from '../../platform/settings.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { itopSettings } from '../support/itop-settings.ts';
import { get, startTestItop, type TestItop } from '../support/itop-simulator.ts';
import { landObjects } from '../support/land-objects.ts';

let database: TestDatabase;
let itop: TestItop;
const closing: (() => void)[] = [];

beforeEach(async () => {
  [database, itop] = await Promise.all([createTestDatabase(), startTestItop({ generator: { tickets: 120, seed: 3 } })]);
});
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await itop.close();
  await database.drop();
});

interface Change {
  readonly settings?: Partial<ItopSettings>;
  readonly classes?: readonly string[];
  readonly chunkByDate?: string;
  readonly signal?: AbortSignal;
}

/** The extract command without its printing: a failure leaves the run unfinished. */
async function extract({ settings, ...change }: Change = {}): Promise<ExtractOutcome & { readonly runId: string }> {
  const run = await openRun(database.pool, { command: 'extract', fingerprint: {} });
  const broker = openInlineBroker(database.pool);
  try {
    const outcome = await runExtract({
      settings: itopSettings(itop, settings),
      pool: database.pool,
      broker,
      run,
      progress: openProgress('silent'),
      ...change,
    });
    await run.finish({ ...outcome });
    // What the catalog says of the site's own classes is looked at elsewhere.
    const findings = outcome.findings.filter(
      ({ code }) => !['custom_class', 'attribute_not_requested', 'attribute_stays_behind'].includes(code),
    );
    return { ...outcome, findings, runId: run.runId };
  } finally {
    await run.leave();
    await broker.close();
  }
}

async function rows<T extends object>(sql: string, ...values: unknown[]): Promise<T[]> {
  return (await database.pool.query<T>(sql, values)).rows;
}

async function landedCounts(): Promise<Record<string, number>> {
  const counted = await rows<{ final_class: string; count: number }>(
    `select final_class, count(*)::integer as count from raw.latest_object
     where final_class <> 'CMDBChangeOpSetAttributeCaseLog' group by final_class`,
  );
  return Object.fromEntries(counted.map((row) => [row.final_class, row.count]));
}

/** What iTop holds of the classes of the slice, by its own dump. */
async function heldCounts(): Promise<Record<string, number>> {
  const counts = (await itop.control('/counts')) as Record<string, number>;
  const left = /^CMDBChangeOpSetAttributeCaseLog$/;
  return Object.fromEntries(Object.entries(counts).filter(([name, count]) => count > 0 && !left.test(name)));
}

const fault = (kind: string, match: object, more: object = {}) => itop.control('/faults', { kind, match, ...more });
const hold = (match: object) => itop.control('/hold', { match });
const heldRequests = async () => (await itop.control('/held')) as unknown[];
const codes = (outcome: ExtractOutcome) => outcome.findings.map((finding) => finding.code);
const deletedInRaw = `select split_part(source_key, '::', 2) as source_id from raw.head where op = 'delete'`;
const waiting = { timeout: 60_000, interval: 20 };
const requests = { class: 'UserRequest', keyContains: 'id <' };

async function ticketId(place: number): Promise<number> {
  const answer = await itop.call(get('SELECT UserRequest', 'id'));
  const ids = Object.values(answer.objects ?? {}).map((object) => Number(object.key));
  return ids.sort((a, b) => a - b)[place] ?? 0;
}

/** An iTop in front of the simulated one whose PHP dies on every query of the rows that holds this id. */
async function failingFor(id: number): Promise<string> {
  const proxy = createServer(async (request, response) => {
    const body = await text(request);
    const asked = JSON.parse(new URLSearchParams(body).get('json_data') ?? '{}') as {
      key: string;
      limit?: number;
      output_fields: string;
    };
    const [, lower, upper] = /id >= (\d+) AND id < (\d+)/.exec(asked.key) ?? [];
    if (asked.limit === undefined && Number(lower) <= id && id < Number(upper)) {
      response.writeHead(500).end('<p>iTop: Allowed memory size of 512M exhausted</p>');
      return;
    }
    const answer = await fetch(`${itop.url}${request.url}`, { method: 'POST', body: new URLSearchParams(body) });
    response.writeHead(answer.status).end(await answer.text());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  closing.push(() => proxy.close());
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

/** Findings beside those of every iTop: what is not read, with its reason. */
const unexpected = (findings: readonly Finding[]) =>
  findings.filter(
    ({ code }) =>
      !['class_not_read', 'attributes_not_looked_for', 'attribute_not_requested', 'attribute_stays_behind'].includes(
        code,
      ),
  );

describe('an extraction over REST', () => {
  it('lands every object of every class and stores iTop’s own counts', async () => {
    const outcome = await extract({ settings: { window_bytes: 100_000 } });
    const held = await heldCounts();
    expect(await landedCounts()).toEqual(held);
    expect([outcome.isComplete, unexpected(outcome.findings)]).toEqual([true, []]);
    const counted = await rows<{ class: string; object_count: string }>(
      `select class, object_count from ops.source_count where class <> 'CMDBChangeOpSetAttributeCaseLog'`,
    );
    expect(
      Object.fromEntries(counted.filter((c) => c.object_count !== '0').map((c) => [c.class, Number(c.object_count)])),
    ).toEqual(held);
    const [payload] = await rows<{ payload: Record<string, unknown> }>(
      `select payload from raw.latest_object where source_key = (select min(source_key) from raw.head where root_class = 'User')`,
    );
    expect(Object.keys(payload?.payload ?? {})).not.toContain('password');
  });

  it('stores nothing new when nothing changed', async () => {
    await extract();
    const [before] = await rows('select count(*) from raw.object');
    await extract();
    expect((await rows('select count(*) from raw.object'))[0]).toEqual(before);
  });

  it.each(['http500-html', 'truncate', 'reset', 'login-page', 'wrong-json'])(
    'ends equal when answers fail with %s',
    async (kind) => {
      await fault(kind, requests, { times: 2 });
      await fault(kind, { class: 'Person' }, { times: 2 });
      const outcome = await extract();
      expect(await landedCounts()).toEqual(await heldCounts());
      expect([outcome.isComplete, unexpected(outcome.findings)]).toEqual([true, []]);
    },
  );

  it('halves a window that is too much for iTop', async () => {
    await fault('http500-html', requests, { times: 2 });
    const { runId } = await extract({ classes: ['UserRequest'], settings: { in_flight: 1 } });
    const chunks = await rows<{ lower_id: string; upper_id: string; state: string }>(
      'select lower_id, upper_id, state from ops.chunk where run_id = $1 order by lower_id',
      runId,
    );
    expect(chunks.length).toBeGreaterThan(1);
    expect(new Set(chunks.map((chunk) => chunk.state))).toEqual(new Set(['done']));
    expect((await landedCounts()).UserRequest).toBe(120);
  });

  it('names the one object that iTop cannot give, and lands all others', async () => {
    const broken = await ticketId(7);
    const url = await failingFor(broken);
    const outcome = await extract({ classes: ['UserRequest'], settings: { url, max_outage_ms: 20_000 } });
    expect(outcome.isComplete).toBe(false);
    expect(outcome.findings).toMatchObject([
      {
        code: 'itop_server_error',
        severity: 'blocker',
        subject: `UserRequest::${broken}`,
        class: 'UserRequest',
        rootClass: 'Ticket',
      },
    ]);
    expect((await landedCounts()).UserRequest).toBe(119);
  });

  it('reports a class that the account may not read, and reads the others', async () => {
    const outcome = await extract({ settings: { user: 'agent.rest' } });
    expect(outcome.isComplete).toBe(false);
    const named = outcome.findings.filter((finding) => finding.code === 'itop_class_not_readable');
    const subjects = named.map((finding) => finding.subject);
    expect(subjects).toEqual(expect.arrayContaining(['URP_Profiles', 'URP_UserProfile', 'User', 'InlineImage']));
    expect(
      subjects.filter(
        (name) => !/^(ModuleInstallation|URP_|User|InlineImage|Trigger|Action|lnkTrigger|Query|CMDBChange)/.test(name),
      ),
    ).toEqual([]);
    expect((await landedCounts()).UserRequest).toBe(120);
    expect(
      await rows(`select 1 from ops.finding where stage = 'extract' and code = 'itop_class_not_readable'`),
    ).toHaveLength(named.length);
  });

  it('refuses a class without a place in the class tree, and reads nothing', async () => {
    await expect(extract({ classes: ['UserRequest', 'CustomAsset'] })).rejects.toThrow(
      'CustomAsset is not in ops.itop_class',
    );
    expect(await rows('select 1 from ops.chunk')).toEqual([]);
  });

  it('stops at once for a wrong password, and says what to do', async () => {
    await expect(extract({ settings: { password: 'wrong' } })).rejects.toMatchObject({
      code: 'itop_invalid_login',
      exitCode: 1,
      nextStep: expect.stringContaining('ITOP_PASSWORD'),
    });
  });

  it('waits for an iTop that is away, and finishes', async () => {
    await fault('login-page', { ...requests, nth: 2 }, { times: 3 });
    await fault('login-page', { class: 'Organization', nth: 2 }, { times: 3 });
    const outcome = await extract({ settings: { window_ids: 30 } });
    expect(((await itop.control('/stats')) as { faultsGiven: number }).faultsGiven).toBe(6);
    expect([outcome.isComplete, await landedCounts()]).toEqual([true, await heldCounts()]);
  });

  it('stops when iTop stays away longer than max_outage_ms, and goes on later without reading done windows again', async () => {
    const small = { window_ids: 30, in_flight: 1, max_outage_ms: 300 };
    await fault('login-page', { ...requests, nth: 3 }, { times: 1_000 });
    await expect(extract({ classes: ['UserRequest'], settings: small })).rejects.toMatchObject({
      code: 'itop_not_json',
      exitCode: 1,
    });
    const done = await rows<{ chunk_id: string; done_at: Date }>(
      `select chunk_id, done_at from ops.chunk where state = 'done'`,
    );
    expect(done.length).toBeGreaterThan(0);
    await itop.control('/faults/clear', {});
    await extract({ classes: ['UserRequest'], settings: small });
    expect(
      await rows(
        `select chunk_id, done_at from ops.chunk where chunk_id = any ($1)`,
        done.map((chunk) => chunk.chunk_id),
      ),
    ).toEqual(done);
    expect((await landedCounts()).UserRequest).toBe(120);
    expect(await rows(`select distinct run_id from ops.chunk`)).toHaveLength(1);
  });

  it('ends between two windows when it is interrupted, and can be continued', async () => {
    const interruption = new AbortController();
    await hold({ ...requests, nth: 2 });
    const stopped = extract({ classes: ['UserRequest'], settings: { window_ids: 30 }, signal: interruption.signal });
    await vi.waitUntil(async () => (await heldRequests()).length > 0, waiting);
    interruption.abort();
    await expect(stopped).rejects.toThrow('interrupted');
    await itop.control('/release', {});
    await extract({ classes: ['UserRequest'], settings: { window_ids: 30 } });
    expect((await landedCounts()).UserRequest).toBe(120);
  });
});

describe('windows', () => {
  it('of a date hold the same objects as those of ids, undated ones in a window of their own', async () => {
    const [, undated = 0] = await undatedTickets();
    const outcome = await extract({
      chunkByDate: 'start_date',
      classes: ['UserRequest', 'Team'],
      settings: { window_ids: 20 },
    });
    expect([outcome.isComplete, unexpected(outcome.findings)]).toEqual([true, []]);
    expect((await landedCounts()).UserRequest).toBe(120);
    const chunks = await rows<{ class: string; lower_id: string; row_count: string }>(
      'select class, lower_id, row_count from ops.chunk where row_count > 0 order by lower_id',
    );
    const dated = chunks.filter(({ class: name }) => name === 'UserRequest by start_date');
    expect(dated[0]).toMatchObject({ lower_id: '0', row_count: String(undated) });
    expect(dated.length).toBeGreaterThan(4);
    expect(chunks.map(({ class: name }) => name)).toContain('Team');
  });

  it('go over ids that are not in use in a few calls', async () => {
    const far = 5_000_000;
    await itop.control('/objects', { action: 'insert', class: 'UserRequest', id: far, fields: { title: 'far away' } });
    const before = (await itop.control('/stats')) as { calls: number };
    await extract({ classes: ['UserRequest'] });
    const after = (await itop.control('/stats')) as { calls: number };
    expect(after.calls - before.calls).toBeLessThan(60);
    expect(await rows('select source_key from raw.head where source_key = $1', `Ticket::${far}`)).toHaveLength(1);
  });
});

/** Two tickets that lose their start date; how many have none then. */
async function undatedTickets(): Promise<[readonly number[], number]> {
  const ids = [await ticketId(40), await ticketId(90)];
  for (const id of ids) {
    await itop.control('/objects', { action: 'patch', class: 'UserRequest', id, fields: { start_date: '' } });
  }
  const answer = await itop.call(get('SELECT UserRequest WHERE ISNULL(start_date)', 'id'));
  return [ids, Object.keys(answer.objects ?? {}).length];
}

describe('an account that sees a part of iTop only', () => {
  it('is noticed by links whose tickets it is not given', async () => {
    const outcome = await extract({ settings: { user: 'restricted.rest' } });
    expect(outcome.findings.find(({ code }) => code === 'rights_restricted')?.finding).toMatch(
      /lnkContactToTicket point by ticket_id/,
    );
  });

  it('is noticed by its own list of organizations', async () => {
    await landObjects(database.pool, {
      'User::7': { class: 'UserLocal', fields: { login: 'migration' } },
      'URP_UserOrg::1': { class: 'URP_UserOrg', fields: { userid: '7', allowed_org_id: '2' } },
    });
    const [found] = await findRestrictedRights(database.pool, 'migration');
    expect(found?.finding).toContain('restricted to 1 organizations');
    expect(await findRestrictedRights(database.pool, 'admin')).toEqual([]);
  });
});

describe('an iTop that changes while it is read', () => {
  it('gives what was created meanwhile, and tells what went from what was lost', async () => {
    await hold({ ...requests, nth: 3 });
    const extraction = extract({ classes: ['UserRequest'], settings: { window_ids: 30, in_flight: 1 } });
    await vi.waitUntil(async () => (await heldRequests()).length > 0, waiting);
    const [read] = await rows<{ source_id: string }>(
      `select source_id from raw.latest_object order by source_id limit 1`,
    );
    await itop.control('/objects', [
      { action: 'delete', class: 'UserRequest', id: Number(read?.source_id) },
      { action: 'insert', class: 'UserRequest', fields: { title: 'new' } },
    ]);
    await itop.control('/release', {});
    const outcome = await extraction;
    expect(codes(outcome)).toContain('changed_during_extraction');
    expect(outcome.isComplete).toBe(true);
    expect(outcome.classes[0]?.sourceCount).toBe(120);
    expect((await landedCounts()).UserRequest).toBe(120);
    expect(await rows(deletedInRaw)).toEqual([read]);
  });

  it('lists what was deleted since the last pass', async () => {
    await extract({ classes: ['Organization', 'Team'] });
    const [team] = await rows<{ source_id: string }>(
      `select source_id from raw.latest_object where final_class = 'Team' limit 1`,
    );
    await itop.control('/objects', { action: 'delete', class: 'Team', id: Number(team?.source_id) });
    const outcome = await extract({ classes: ['Organization', 'Team'] });
    expect(codes(outcome)).toEqual(['deleted_at_source']);
    expect(await rows(deletedInRaw)).toEqual([team]);
  });

  it('doubts that many objects went at once', async () => {
    await extract({ classes: ['UserRequest'] });
    const outcome = await extract({ classes: ['UserRequest'], settings: { user: 'restricted.rest' } });
    expect(codes(outcome)).toContain('many_objects_gone');
    expect((await landedCounts()).UserRequest).toBe(120);
  });

  it('fetches by id what a ticket points to and the pass missed', async () => {
    await hold(requests);
    const extraction = extract({ classes: ['UserRequest', 'Person'], settings: { in_flight: 2 } });
    await vi.waitUntil(async () => (await heldRequests()).length > 0, waiting);
    await vi.waitUntil(
      async () => (await rows(`select 1 from ops.source_count where class = 'Person'`)).length > 0,
      waiting,
    );
    const { ids } = (await itop.control('/objects', {
      action: 'insert',
      class: 'Person',
      fields: { name: 'Late', first_name: 'Lea' },
    })) as { ids: number[] };
    await itop.control('/objects', {
      action: 'patch',
      class: 'UserRequest',
      id: await ticketId(0),
      fields: { caller_id: String(ids[0]) },
    });
    await itop.control('/release', {});
    await extraction;
    expect(
      await rows(
        `select payload ->> 'friendlyname' as name from raw.latest_object where source_key = $1`,
        `Contact::${ids[0]}`,
      ),
    ).toEqual([{ name: 'Lea Late' }]);
  });
});
