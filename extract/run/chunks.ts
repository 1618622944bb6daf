import type { Selectable } from 'kysely';
import type pg from 'pg';
import { clockTimestamp, warehouse } from '../../platform/warehouse.ts';
import type { Warehouse } from '../../platform/warehouse-types.ts';

/** One bounded piece of an extraction: the objects of a class with lowerId <= id < upperId. */
export interface Chunk {
  readonly chunkId: string;
  readonly lowerId: number;
  readonly upperId: number;
}

export interface DoneChunk extends Chunk {
  readonly rowCount: number;
}

/** The chunks of one class in one run, as `ops.chunk` holds them. */
export interface Chunks {
  open(lowerId: number, upperId: number): Promise<Chunk>;
  /** A chunk beside the windows of the class, e.g. of objects fetched by id: it covers no ids. */
  openAside(purpose: string, lowerId: number, upperId: number): Promise<Chunk>;
  /** Every record of the chunk was acknowledged by the transport. */
  done(chunk: Chunk, rowCount: number, byteCount: number): Promise<void>;
  /** Gives an open chunk another upper end. */
  shorten(chunk: Chunk, upperId: number): Promise<void>;
  /** Replaces an open chunk by its two halves: the first keeps its id. */
  halve(chunk: Chunk): Promise<readonly [Chunk, Chunk]>;
  /** Chunks that an earlier process opened and did not finish. */
  listOpen(): Promise<Chunk[]>;
  listDone(): Promise<DoneChunk[]>;
}

const columns = ['chunk_id', 'lower_id', 'upper_id', 'row_count'] as const;
type Row = Pick<Selectable<Warehouse['ops.chunk']>, (typeof columns)[number]>;

/** The chunks of a class in a run. `seenAt`: up to when their objects were seen, by iTop's clock. */
export function chunksOf(pool: pg.Pool, runId: string, className: string, seenAt: () => Date): Chunks {
  async function list(state: 'open' | 'done'): Promise<DoneChunk[]> {
    const rows = await warehouse(pool)
      .selectFrom('ops.chunk')
      .select(columns)
      .where('run_id', '=', runId)
      .where('class', '=', className)
      .where('state', '=', state)
      .orderBy('lower_id')
      .execute();
    return rows.map(chunkOf);
  }

  async function insert(chunkClass: string, lowerId: number, upperId: number): Promise<Chunk> {
    const row = await warehouse(pool)
      .insertInto('ops.chunk')
      .values({ run_id: runId, class: chunkClass, lower_id: lowerId, upper_id: upperId })
      .returning(columns)
      .executeTakeFirstOrThrow();
    return chunkOf(row);
  }

  return {
    open: (lowerId, upperId) => insert(className, lowerId, upperId),
    openAside: (purpose, lowerId, upperId) => insert(`${className} (${purpose})`, lowerId, upperId),
    async done(chunk, rowCount, byteCount) {
      await warehouse(pool)
        .updateTable('ops.chunk')
        .set({
          state: 'done',
          row_count: rowCount,
          byte_count: byteCount,
          done_at: clockTimestamp,
          seen_until: seenAt(),
        })
        .where('chunk_id', '=', chunk.chunkId)
        .execute();
    },
    async shorten(chunk, upperId) {
      await warehouse(pool)
        .updateTable('ops.chunk')
        .set({ upper_id: upperId })
        .where('chunk_id', '=', chunk.chunkId)
        .execute();
    },
    async halve(chunk) {
      const middle = chunk.lowerId + Math.floor((chunk.upperId - chunk.lowerId) / 2);
      const row = await warehouse(pool)
        .with('shortened', (db) =>
          db.updateTable('ops.chunk').set({ upper_id: middle, state: 'open' }).where('chunk_id', '=', chunk.chunkId),
        )
        .insertInto('ops.chunk')
        .values({ run_id: runId, class: className, lower_id: middle, upper_id: chunk.upperId })
        .returning(columns)
        .executeTakeFirstOrThrow();
      return [{ ...chunk, upperId: middle }, chunkOf(row)];
    },
    listOpen: () => list('open'),
    listDone: () => list('done'),
  };
}

function chunkOf(row: Row): DoneChunk {
  return {
    chunkId: row.chunk_id,
    lowerId: Number(row.lower_id),
    upperId: Number(row.upper_id),
    rowCount: Number(row.row_count ?? 0),
  };
}
