import type pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import {
  control,
  keepRehearsal,
  removeKeptRehearsals,
  type KeptRehearsal as Site,
  startCommand,
} from '../support/kept-rehearsal.ts';
import { until } from '../support/until.ts';

afterAll(removeKeptRehearsals);

const startDelta = (site: Site) => startCommand(site.cache, ['delta', '--config', site.configFile]);

/** What happens in iTop after the first load: an answer in one ticket, another title of a second, another name. */
async function changeItop({ itopControlUrl, database }: Site): Promise<void> {
  const tickets = await database.pool.query<{ final_class: string; id: number }>(
    `select distinct on (i.target_key) r.final_class, split_part(i.target_key, '::', 2)::integer as id
     from load.identity i join raw.object r on r.source_key = i.target_key
     where i.target_type = 'conversation_state' and r.final_class = 'UserRequest' order by i.target_key limit 2`,
  );
  const [first, second] = tickets.rows;
  const person = await database.pool.query<{ id: number }>(
    `select split_part(target_key, '::', 2)::integer as id from load.identity
     where target_type = 'contact' and target_key ~ '^Contact::[0-9]+$' order by target_key limit 1`,
  );
  await control(`${itopControlUrl}/objects`, [
    {
      action: 'append-log',
      class: first?.final_class,
      id: first?.id,
      log: 'public_log',
      entry: { message: '<p>It burns again.</p>' },
      at: '2026-03-02 10:00:00',
    },
    {
      action: 'patch',
      class: second?.final_class,
      id: second?.id,
      fields: { title: 'Another title' },
      at: '2026-03-02 10:00:00',
    },
    { action: 'patch', class: 'Person', id: person.rows[0]?.id, fields: { phone: '+33 1 99' } },
  ]);
}

/** What the workspace holds, without ids and without the moments at which iTop was asked. */
async function holdings({ intercomControlUrl }: Site): Promise<string[]> {
  const text = await (await fetch(`${intercomControlUrl}/dump`)).text();
  const objects = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const withoutTimes = (body: string | null) => body?.replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?/g, 'T') ?? null;
  return objects
    .map(({ type, name, email, phone, title, state, external_id, custom_attributes, source, conversation_parts }) => {
      const parts = (conversation_parts as { conversation_parts: Record<string, unknown>[] } | undefined)
        ?.conversation_parts;
      return JSON.stringify([
        type,
        name ?? null,
        email ?? null,
        phone ?? null,
        title ?? null,
        state ?? null,
        external_id ?? null,
        custom_attributes ?? null,
        (source as { body?: string } | undefined)?.body ?? null,
        parts?.map((part) => [
          part.part_type,
          (part.author as { email: string }).email,
          withoutTimes(part.body as string | null),
        ]),
      ]);
    })
    .sort();
}

/** Something that stops a delta in one of its stages, and lets the next one pass. */
interface Trap {
  /** Resolves when the delta stands in the stage. */
  caught(): Promise<void>;
  open(): Promise<void>;
}

const count = async ({ database }: Site, query: string): Promise<number> =>
  Number((await database.pool.query<{ count: string }>(`select count(*) as count from ${query}`)).rows[0]?.count);

const isWaiting = async (site: Site) =>
  (await count(site, `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)) > 0;
// Other tests hold leases in databases of their own, on the same server.
const hasLease = async (site: Site) =>
  (await count(
    site,
    `pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  )) > 0;

/** Nobody may write the table: whoever wants to, waits. Foreign keys that point to it are checked all the same. */
async function lockTable(site: Site, table: string): Promise<pg.PoolClient> {
  const client = await site.database.pool.connect();
  await client.query('begin');
  await client.query(`lock table ${table} in share row exclusive mode`);
  return client;
}

async function unlock(client: pg.PoolClient): Promise<void> {
  await client.query('rollback');
  client.release();
}

async function trapByTable(site: Site, table: string): Promise<Trap> {
  const client = await lockTable(site, table);
  return { caught: () => until(`somebody writes ${table}`, () => isWaiting(site)), open: () => unlock(client) };
}

async function trapInExtract({ itopControlUrl }: Site): Promise<Trap> {
  await control(`${itopControlUrl}/hold`, { match: { operation: 'core/get' } });
  return {
    caught: () =>
      until('iTop is asked', async () => ((await control(`${itopControlUrl}/held`)) as unknown[]).length > 0),
    open: async () => void (await control(`${itopControlUrl}/release`, {})),
  };
}

async function trapInLoad({ intercomControlUrl }: Site, when: 'before-commit' | 'after-commit'): Promise<Trap> {
  await control(`${intercomControlUrl}/hold`, { nth: 1, when });
  return {
    caught: () =>
      until('a call is held', async () => (await control(`${intercomControlUrl}/hold?timeout=50`)) !== undefined),
    open: async () => void (await control(`${intercomControlUrl}/release`, { drop: when === 'before-commit' })),
  };
}

/** Behind the end of the load: what writes verdicts then is the reconciliation. */
async function trapInReconcile(site: Site): Promise<Trap> {
  const load = await trapInLoad(site, 'after-commit');
  let verdicts: pg.PoolClient | undefined;
  return {
    async caught() {
      await load.caught();
      const runs = await lockTable(site, 'ops.run');
      await load.open();
      await until('the load ends', () => isWaiting(site));
      verdicts = await lockTable(site, 'reconcile.verdict');
      await unlock(runs);
      await until('the reconciliation has begun', async () => {
        const isBegun = await count(site, `ops.run where command = 'reconcile' and ended_at is null`);
        return isBegun > 0 && (await isWaiting(site));
      });
    },
    open: async () => {
      if (verdicts !== undefined) await unlock(verdicts);
    },
  };
}

const stages: readonly (readonly [string, (site: Site) => Promise<Trap>])[] = [
  ['lease', (site) => trapByTable(site, 'ops.run')],
  ['extract', trapInExtract],
  ['transform', (site) => trapByTable(site, 'intermediate.ticket_message')],
  ['load, before the commit of a call', (site) => trapInLoad(site, 'before-commit')],
  ['load, after the commit of a call', (site) => trapInLoad(site, 'after-commit')],
  ['reconcile', trapInReconcile],
];

/** One line that says what was done. */
const doneLine = /^Delta done in [\d.]+ s: \d+ objects changed in iTop, .*0 failed or blocked, 0 unexplained$/;

it('a delta that is killed in every stage and started again ends like an undisturbed one; of two at once one is refused', async () => {
  const [undisturbed, killed] = await Promise.all([keepRehearsal(12), keepRehearsal(12)]);
  await Promise.all([changeItop(undisturbed), changeItop(killed)]);
  const before = await holdings(killed);

  const trap = await trapInExtract(undisturbed);
  const first = startDelta(undisturbed);
  await trap.caught();
  const second = await startDelta(undisturbed).ended;
  expect(second, second.output).toMatchObject({ code: 2, output: '' });
  expect(second.errors).toMatch(
    /Refused: Another delta is running. Nothing was done.\nNext: .*itop-to-intercom status/,
  );
  await trap.open();
  const done = await first.ended;
  expect(done, done.errors).toMatchObject({ code: 0 });
  expect(done.output.trim()).toMatch(doneLine);

  for (const [stage, setTrap] of stages) {
    const set = await setTrap(killed);
    const { child, ended } = startDelta(killed);
    await Promise.race([
      set.caught(),
      ended.then(({ errors }) => Promise.reject(new Error(`The delta ended before ${stage}: ${errors}`))),
    ]);
    expect(await hasLease(killed), stage).toBe(true);
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ code: null });
    await set.open();
    await until('the lease is free', async () => !(await hasLease(killed)));
  }
  const last = await startDelta(killed).ended;
  expect(last, last.errors).toMatchObject({ code: 0 });
  expect(last.output.trim()).toMatch(doneLine);

  const wanted = await holdings(undisturbed);
  expect(wanted, 'the delta did something').not.toEqual(before);
  expect(await holdings(killed)).toEqual(wanted);
  for (const site of [undisturbed, killed]) {
    expect(await count(site, `load.journal where state in ('intent', 'uncertain', 'failed')`)).toBe(0);
    expect(await count(site, `ops.run where ended_at is null`)).toBe(0);
    const ledger = (await control(`${site.intercomControlUrl}/ledger`)) as { customer: unknown[] };
    expect(ledger.customer).toEqual([]);
  }
}, 400_000);
