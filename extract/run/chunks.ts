import type pg from 'pg';

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

interface Row {
  readonly chunk_id: string;
  readonly lower_id: string;
  readonly upper_id: string;
  readonly row_count: string | null;
}

export function chunksOf(pool: pg.Pool, runId: string, className: string): Chunks {
  async function list(state: 'open' | 'done'): Promise<DoneChunk[]> {
    const { rows } = await pool.query<Row>(
      `select chunk_id, lower_id, upper_id, row_count from ops.chunk
       where run_id = $1 and class = $2 and state = $3 order by lower_id`,
      [runId, className, state],
    );
    return rows.map(chunkOf);
  }

  async function insert(chunkClass: string, lowerId: number, upperId: number): Promise<Chunk> {
    const { rows } = await pool.query<Row>(
      `insert into ops.chunk (run_id, class, lower_id, upper_id) values ($1, $2, $3, $4)
       returning chunk_id, lower_id, upper_id, row_count`,
      [runId, chunkClass, lowerId, upperId],
    );
    return chunkOf(rows[0] as Row);
  }

  return {
    open: (lowerId, upperId) => insert(className, lowerId, upperId),
    openAside: (purpose, lowerId, upperId) => insert(`${className} (${purpose})`, lowerId, upperId),
    async done(chunk, rowCount, byteCount) {
      await pool.query(
        `update ops.chunk set state = 'done', row_count = $2, byte_count = $3, done_at = clock_timestamp()
         where chunk_id = $1`,
        [chunk.chunkId, rowCount, byteCount],
      );
    },
    async shorten(chunk, upperId) {
      await pool.query('update ops.chunk set upper_id = $2 where chunk_id = $1', [chunk.chunkId, upperId]);
    },
    async halve(chunk) {
      const middle = chunk.lowerId + Math.floor((chunk.upperId - chunk.lowerId) / 2);
      const { rows } = await pool.query<Row>(
        `with shortened as (update ops.chunk set upper_id = $2, state = 'open' where chunk_id = $1)
         insert into ops.chunk (run_id, class, lower_id, upper_id) values ($3, $4, $2, $5)
         returning chunk_id, lower_id, upper_id, row_count`,
        [chunk.chunkId, middle, runId, className, chunk.upperId],
      );
      return [{ ...chunk, upperId: middle }, chunkOf(rows[0] as Row)];
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
