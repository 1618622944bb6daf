import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimTargets, releaseClaims } from '../../load/engine/claims.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`
    insert into load.workspace (workspace_id_code, name, base_url, token_admin_id)
    select id, id, 'http://127.0.0.1', '1' from unnest(array['one', 'two']) as id;
    insert into ops.run (command, fingerprint, fingerprint_detail) values ('load', 'f', '{}')`);
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('delete from load.claim'));

async function newProcess(): Promise<string> {
  const { rows } = await database.pool.query<{ process_id: string }>(
    `insert into ops.process (run_id, attempt, host, machine, pid, lease_ms)
     select run_id, 1, 'here', 'here', 1, 60000 from ops.run returning process_id`,
  );
  return rows[0]?.process_id ?? '';
}

async function claim(processId: string, keys: readonly string[], workspaceIdCode = 'one', targetType = 'contact') {
  return [...(await claimTargets(database.pool, { workspaceIdCode, processId, targetType, targetKeys: keys }))].sort();
}

describe('claims of loader processes', () => {
  it('give a page to the first, and to the second what is left of it', async () => {
    const [a, b] = [await newProcess(), await newProcess()];
    expect(await claim(a, ['k1', 'k2'])).toEqual(['k1', 'k2']);
    expect(await claim(b, ['k1', 'k2', 'k3'])).toEqual(['k3']);
  });

  it('give one process what is its own again', async () => {
    const a = await newProcess();
    await claim(a, ['k1']);
    expect(await claim(a, ['k1', 'k2'])).toEqual(['k1', 'k2']);
  });

  it('are one workspace, one kind and one key', async () => {
    const [a, b] = [await newProcess(), await newProcess()];
    await claim(a, ['k1']);
    expect(await claim(b, ['k1'], 'two')).toEqual(['k1']);
    expect(await claim(b, ['k1'], 'one', 'company')).toEqual(['k1']);
    expect(await claim(b, ['k1'])).toEqual([]);
  });

  it.each(['ended_at', 'lost_at'])('of a process whose %s is set are free', async (column) => {
    const [a, b] = [await newProcess(), await newProcess()];
    await claim(a, ['k1']);
    await database.pool.query(`update ops.process set ${column} = clock_timestamp() where process_id = $1`, [a]);
    expect(await claim(b, ['k1'])).toEqual(['k1']);
  });

  it('of a process whose lease ran out are free, and it takes none itself', async () => {
    const [a, b] = [await newProcess(), await newProcess()];
    await claim(a, ['k1']);
    await database.pool.query(
      `update ops.process set heartbeat_at = clock_timestamp() - interval '1 hour' where process_id = $1`,
      [a],
    );
    expect(await claim(b, ['k1'])).toEqual(['k1']);
    await expect(claim(a, ['k2'])).rejects.toThrow();
  });

  it('that are given up are free; those of others stay', async () => {
    const [a, b, c] = [await newProcess(), await newProcess(), await newProcess()];
    await claim(a, ['k1']);
    await claim(b, ['k2']);
    await releaseClaims(database.pool, a);
    expect(await claim(c, ['k1', 'k2'])).toEqual(['k1']);
  });

  it('that many take at once belong to exactly one each', async () => {
    const processes = await Promise.all(Array.from({ length: 6 }, newProcess));
    const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);
    const taken = await Promise.all(
      processes.map((process, index) => claim(process, index % 2 === 0 ? keys : keys.toReversed())),
    );
    expect(taken.flat().sort()).toEqual([...keys].sort());
  });
});
