import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OffsetGapError } from '../../extract/landing/errors.ts';
import { type Landed, landBatch } from '../../extract/landing/land-batch.ts';
import { readRootClasses } from '../../extract/landing/root-classes.ts';
import { canonicalPayload, type Envelope } from '../../extract/topics/envelope.ts';
import { recordOfEnvelope } from '../../extract/topics/record-of-envelope.ts';
import type { LandingRecord } from '../../extract/topics/topic-record.ts';
import { inTransaction } from '../../platform/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** An observation of one organization; the second of the observation decides which is the latest. */
function seen(name: string, second: number, change: Partial<Envelope> = {}): LandingRecord {
  return recordOfEnvelope({
    schemaVersion: 1,
    rootClass: 'Organization',
    finalClass: 'Organization',
    id: '1',
    op: 'upsert',
    channel: 'rest',
    runId: '1',
    chunkId: '',
    observedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)),
    payload: canonicalPayload(change.op === 'delete' ? {} : { name }),
    ...change,
  });
}

function at(offset: number, record: LandingRecord): LandingRecord {
  return { ...record, offset: BigInt(offset) };
}

async function land(records: readonly LandingRecord[], generation = 0): Promise<Landed> {
  const rootClasses = await readRootClasses(database.pool);
  const batch = { broker: 'test', topic: 'itop.Organization', partition: 0, generation, records };
  return inTransaction(database.pool, (client) => landBatch(client, batch, rootClasses));
}

async function versions(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select case op when 'delete' then 'deleted' else payload ->> 'name' end as name from raw.object order by version_id`,
  );
  return rows.map((row) => row.name);
}

async function latest(): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select case o.op when 'delete' then 'deleted' else o.payload ->> 'name' end as name
     from raw.head h join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id`,
  );
  return rows[0]?.name;
}

async function fence(): Promise<number> {
  const { rows } = await database.pool.query<{ offset_no: string }>('select offset_no from raw.landed_offset');
  return Number(rows[0]?.offset_no);
}

describe('the fence of landing', () => {
  it('drops a batch that was landed before, whole or in part', async () => {
    await land([at(0, seen('A', 0)), at(1, seen('B', 1))]);
    expect(await land([at(0, seen('A', 0)), at(1, seen('B', 1))])).toMatchObject({ repeated: 2, versions: 0 });
    expect(await land([at(1, seen('B', 1)), at(2, seen('C', 2))])).toMatchObject({ repeated: 1, versions: 1 });
    expect(await versions()).toEqual(['A', 'B', 'C']);
    expect(await fence()).toBe(2);
  });

  it('refuses a batch that starts above it, and says from where to consume again', async () => {
    await land([at(0, seen('A', 0))]);
    const refusal = await land([at(2, seen('C', 2))]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OffsetGapError);
    expect(refusal).toMatchObject({ expected: 1n, found: 2n, nextStep: expect.stringContaining('offset 1') });
    expect(await versions()).toEqual(['A']);
    expect(await fence()).toBe(0);
  });

  it('lets offsets that Kafka itself left out pass inside a batch', async () => {
    await land([at(0, seen('A', 0)), at(3, seen('B', 1))]);
    expect(await versions()).toEqual(['A', 'B']);
    expect(await fence()).toBe(3);
  });

  it('counts on by itself for records without offset', async () => {
    await land([seen('A', 0), seen('B', 1)]);
    await land([seen('C', 2)]);
    expect(await fence()).toBe(2);
  });

  it('keeps another generation of the topic apart', async () => {
    await land([at(0, seen('A', 0))]);
    expect(await land([at(0, seen('B', 1))], 1)).toMatchObject({ repeated: 0, versions: 1 });
  });

  it('moves with the rows or not at all', async () => {
    const rootClasses = await readRootClasses(database.pool);
    const batch = { broker: 'test', topic: 'itop.Organization', partition: 0, generation: 0 };
    const killed = inTransaction(database.pool, async (client) => {
      await landBatch(client, { ...batch, records: [at(0, seen('A', 0))] }, rootClasses);
      throw new Error('killed before the commit');
    });
    await expect(killed).rejects.toThrow('killed');
    expect(await versions()).toEqual([]);
    await land([at(0, seen('A', 0))]);
    expect(await versions()).toEqual(['A']);
  });
});

describe('versions', () => {
  it('an unchanged object is no version, but moves the time at which it was seen', async () => {
    await land([at(0, seen('A', 0)), at(1, seen('A', 30))]);
    expect(await versions()).toEqual(['A']);
    const { rows } = await database.pool.query<{ seen_at: Date }>('select seen_at from raw.head');
    expect(rows[0]?.seen_at.toISOString()).toBe('2026-01-01T00:00:30.000Z');
  });

  it('A to B to A ends at A, with three versions, in one batch or in three', async () => {
    await land([at(0, seen('A', 0)), at(1, seen('B', 1)), at(2, seen('A', 2))]);
    expect(await versions()).toEqual(['A', 'B', 'A']);
    expect(await latest()).toBe('A');
    await land([at(3, seen('B', 3))]);
    await land([at(4, seen('A', 4))]);
    expect(await versions()).toEqual(['A', 'B', 'A', 'B', 'A']);
    expect(await latest()).toBe('A');
  });

  it('an older observation that comes late is kept as a version and changes nothing else', async () => {
    await land([at(0, seen('new', 10))]);
    await database.pool.query('delete from ops.changed_object');
    await land([at(1, seen('old', 5))]);
    expect(await versions()).toEqual(['new', 'old']);
    expect(await latest()).toBe('new');
    expect((await database.pool.query('select from ops.changed_object')).rowCount).toBe(0);
  });

  it('after an older observation the latest is written down again rather than lost', async () => {
    await land([at(0, seen('new', 10)), at(1, seen('old', 5)), at(2, seen('new', 20))]);
    expect(await latest()).toBe('new');
    expect(await versions()).toEqual(['new', 'old', 'new']);
  });

  it('equal times go to the one landed later', async () => {
    await land([at(0, seen('first', 0)), at(1, seen('second', 0))]);
    expect(await latest()).toBe('second');
  });

  it('a deletion and a return are versions', async () => {
    await land([at(0, seen('A', 0)), at(1, seen('', 1, { op: 'delete' })), at(2, seen('A', 2))]);
    expect(await versions()).toEqual(['A', 'deleted', 'A']);
    expect(await latest()).toBe('A');
  });
});

describe('volatile fields', () => {
  const ticket = (second: number, fields: unknown) =>
    seen('', second, { rootClass: 'Ticket', finalClass: 'UserRequest', payload: canonicalPayload(fields) });

  it('make no version, wherever they stand; the same names deeper inside do', async () => {
    await land([
      at(0, ticket(0, { a: 1, sla_tto_over: 5, sla_ttr_over: { b: [1, ','] }, z: 2 })),
      at(1, ticket(1, { a: 1, sla_tto_over: 6, z: 2 })),
      at(2, ticket(2, { a: 1, z: 2 })),
      at(3, ticket(3, { a: { sla_tto_over: 1 }, z: 2 })),
      at(4, ticket(4, { a: { sla_tto_over: 2 }, z: 2 })),
    ]);
    const { rows } = await database.pool.query('select offset_no from raw.object order by version_id');
    expect(rows.map((row) => row.offset_no)).toEqual(['0', '3', '4']);
  });
});

describe('records that cannot be landed', () => {
  const hostile: readonly [string, (record: LandingRecord) => LandingRecord, string][] = [
    ['is no JSON', (record) => ({ ...record, value: Buffer.from('{"name": ') }), 'not_json'],
    ['is a JSON list', (record) => ({ ...record, value: Buffer.from('[1]') }), 'not_json'],
    [
      'has bytes that are not UTF-8',
      (record) => ({
        ...record,
        value: Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from('"}')]),
      }),
      'not_storable',
    ],
    [
      'holds a number beyond all limits',
      (record) => ({ ...record, value: Buffer.from('{"name":1e999999}') }),
      'not_storable',
    ],
    [
      'is nested beyond all limits',
      (record) => ({ ...record, value: Buffer.from(`{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`) }),
      'not_storable',
    ],
    ['has no headers', (record) => ({ ...record, headers: {} }), 'missing_header'],
    [
      'has a run that is no number',
      (record) => ({ ...record, headers: { ...record.headers, run_id: 'first' } }),
      'malformed_header',
    ],
    [
      'has a time that is none',
      (record) => ({ ...record, headers: { ...record.headers, observed_at: 'yesterday' } }),
      'malformed_header',
    ],
    [
      'is of an unknown class',
      (record) => ({ ...record, headers: { ...record.headers, final_class: 'Nope' } }),
      'unknown_class',
    ],
    [
      'is of a class with NUL in its name',
      (record) => ({ ...record, headers: { ...record.headers, final_class: 'No\0pe' } }),
      'unknown_class',
    ],
    [
      'has an id that no bigint holds',
      (record) => ({ ...record, headers: { ...record.headers, id: '9'.repeat(30) } }),
      'unknown_class',
    ],
  ];

  it.each(hostile)(
    'one that %s lies in raw.dead_letter with its bytes, and the rest goes on',
    async (_, damage, reason) => {
      const bad = at(1, damage(seen('bad', 1)));
      const landed = await land([at(0, seen('A', 0)), bad, at(2, seen('B', 2))]);
      expect(landed).toMatchObject({ versions: 2, deadLetters: 1 });
      const { rows } = await database.pool.query(
        'select offset_no, reason_code, reason, next_step, content from raw.dead_letter',
      );
      expect(rows).toMatchObject([{ offset_no: '1', reason_code: reason, content: bad.value }]);
      expect(rows[0].reason).not.toBe('');
      expect(rows[0].next_step).not.toBe('');
      expect(await versions()).toEqual(['A', 'B']);
    },
  );

  it('many of them, of several kinds, do not keep the others of their batch from landing', async () => {
    const bad = new Set([0, 7, 8, 63, 99]);
    const records = Array.from({ length: 100 }, (_, n) =>
      at(
        n,
        bad.has(n) ? { ...seen('bad', n), value: Buffer.from(n === 8 ? '{"name":1e999999}' : '{') } : seen(`${n}`, n),
      ),
    );
    expect(await land(records)).toMatchObject({ versions: 95, deadLetters: 5 });
    expect(await versions()).toEqual(Array.from({ length: 100 }, (_, n) => `${n}`).filter((n) => !bad.has(Number(n))));
    expect(await fence()).toBe(99);
    const { rows } = await database.pool.query('select reason_code, offset_no from raw.dead_letter order by offset_no');
    expect(rows.map((row) => `${row.offset_no} ${row.reason_code}`)).toEqual([
      '0 not_json',
      '7 not_json',
      '8 not_storable',
      '63 not_json',
      '99 not_json',
    ]);
  });

  it('NUL and half surrogate pairs are mended and flagged, not refused', async () => {
    const value = Buffer.from(JSON.stringify({ name: 'a\0b\ud800' }));
    expect(await land([at(0, { ...seen('', 0), value })])).toMatchObject({ versions: 1, deadLetters: 0 });
    const { rows } = await database.pool.query(`select payload ->> 'name' as name, repairs from raw.object`);
    expect(rows).toEqual([{ name: 'ab\ufffd', repairs: ['lone_surrogate_replaced', 'nul_removed'] }]);
  });
});
