import type pg from 'pg';
import { control, type KeptRehearsal as Site } from './kept-rehearsal.ts';
import { until } from './until.ts';

/** Something that stops a delta in one of its stages, and lets the next one pass. */
export interface Trap {
  /** Resolves when the delta stands in the stage. */
  caught(): Promise<void>;
  /** `isCarriedOut`: a call that is held before its commit takes effect all the same; otherwise it is lost. */
  open(how?: { readonly isCarriedOut: boolean }): Promise<void>;
}

/** Rows of a relation, with a condition where one is given. */
export const count = async ({ database }: Site, query: string): Promise<number> =>
  Number((await database.pool.query<{ count: string }>(`select count(*) as count from ${query}`)).rows[0]?.count);

/** Whether somebody waits for the lock of a table. Waits for rows, which are short, do not count. */
const isWaitingFor = async (site: Site, table: string) =>
  (await count(
    site,
    `pg_locks where locktype = 'relation' and not granted and relation = '${table}'::regclass
       and database = (select oid from pg_database where datname = current_database())`,
  )) > 0;
// Other tests hold leases in databases of their own, on the same server.
/** Whether a delta, running or stopped, holds the lease. */
export const hasLease = async (site: Site) =>
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

/** Stops whoever writes the table. */
export async function trapByTable(site: Site, table: string): Promise<Trap> {
  const client = await lockTable(site, table);
  return {
    caught: () => until(`somebody writes ${table}`, () => isWaitingFor(site, table)),
    open: () => unlock(client),
  };
}

/** Holds the next question for objects to iTop. */
export async function trapInExtract({ itopControlUrl }: Site): Promise<Trap> {
  await control(`${itopControlUrl}/hold`, { match: { operation: 'core/get' } });
  return {
    caught: () =>
      until('iTop is asked', async () => ((await control(`${itopControlUrl}/held`)) as unknown[]).length > 0),
    open: async () => void (await control(`${itopControlUrl}/release`, {})),
  };
}

/** Holds the next call to Intercom. */
export async function trapInLoad({ intercomControlUrl }: Site, when: 'before-commit' | 'after-commit'): Promise<Trap> {
  await control(`${intercomControlUrl}/hold`, { nth: 1, when });
  return {
    caught: () =>
      until('a call is held', async () => (await control(`${intercomControlUrl}/hold?timeout=50`)) !== undefined),
    open: async (how) => {
      await control(`${intercomControlUrl}/release`, { drop: when === 'before-commit' && how?.isCarriedOut !== true });
    },
  };
}

/** Behind the end of the load: what writes verdicts then is the reconciliation. */
export async function trapInReconcile(site: Site): Promise<Trap> {
  const load = await trapInLoad(site, 'after-commit');
  let verdicts: pg.PoolClient | undefined;
  return {
    async caught() {
      await load.caught();
      const runs = await lockTable(site, 'ops.run');
      await load.open();
      await until('the load ends', () => isWaitingFor(site, 'ops.run'));
      verdicts = await lockTable(site, 'reconcile.verdict');
      await unlock(runs);
      await until('the reconciliation has begun', async () => {
        const isBegun = await count(site, `ops.run where command = 'reconcile' and ended_at is null`);
        return isBegun > 0 && (await isWaitingFor(site, 'reconcile.verdict'));
      });
    },
    open: async () => {
      if (verdicts !== undefined) await unlock(verdicts);
    },
  };
}
