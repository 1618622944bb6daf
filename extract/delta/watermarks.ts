import { sql } from 'kysely';
import type pg from 'pg';
import type { Finding } from '../../platform/findings.ts';
import { anyOf, givenRows, insertRows, warehouse } from '../../platform/warehouse.ts';
import { notedObjects } from './noted-objects.ts';

export type Channel = 'history' | 'last_update' | 'ids';

/** How far iTop had gone on one channel. */
export interface Watermark {
  readonly channel: Channel;
  /** Class it holds for: `CMDBChangeOp`, `Ticket`, or a class read by its ids. */
  readonly className: string;
  /** Id, or local time of iTop. */
  readonly value: string;
  /** Of the history: the ids read last and what the latest row was about. */
  readonly detail?: HistoryDetail;
}

export interface HistoryDetail {
  readonly recent: readonly number[];
  readonly mark: string;
}

interface Row {
  readonly channel: Channel;
  readonly class: string;
  readonly value: string;
  readonly detail: Partial<HistoryDetail>;
}

const keyOf = (channel: Channel, className: string) => `${channel} ${className}`;

/** The watermarks of the latest complete runs, or those of one run, by channel and class. */
export class Watermarks {
  private readonly byKey: ReadonlyMap<string, Watermark>;

  constructor(rows: readonly Row[]) {
    this.byKey = new Map(
      rows.map(({ channel, class: className, value, detail: { recent, mark } }) => {
        const isOfHistory = recent !== undefined && mark !== undefined;
        const watermark = { channel, className, value, ...(isOfHistory ? { detail: { recent, mark } } : {}) };
        return [keyOf(channel, className), watermark];
      }),
    );
  }

  get(channel: Channel, className: string): Watermark | undefined {
    return this.byKey.get(keyOf(channel, className));
  }
}

/** What deltas start from: the latest watermark reached on each channel. */
export async function reachedWatermarks(pool: pg.Pool): Promise<Watermarks> {
  const rows = await warehouse(pool)
    .selectFrom('ops.watermark')
    .distinctOn(['channel', 'class'])
    .select(['channel', 'class', 'value', 'detail'])
    .$narrowType<Pick<Row, 'channel' | 'detail'>>()
    .where('is_reached', '=', true)
    .orderBy('channel')
    .orderBy('class')
    .orderBy('run_id', 'desc')
    .execute();
  return new Watermarks(rows);
}

/**
 * Notes where iTop stands as a run begins, and at what time of its own clock. A run that goes on keeps what its first process noted:
 * windows read before the interruption may have changed since.
 */
export async function noteWatermarks(
  pool: pg.Pool,
  runId: string,
  found: readonly Watermark[],
  at: Date,
): Promise<void> {
  await insertRows(
    pool,
    'ops.watermark',
    ['run_id', 'channel', 'class', 'value', 'detail', 'noted_at'],
    found.map(({ channel, className, value, detail = {} }) => ({
      run_id: runId,
      channel,
      class: className,
      value,
      detail,
      noted_at: at,
    })),
  )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Whether a complete extraction came before, so that a delta has something to start from. */
export async function hasReached(pool: pg.Pool): Promise<boolean> {
  const row = await warehouse(pool)
    .selectFrom('ops.watermark')
    .select('run_id')
    .where('is_reached', '=', true)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether this run noted its watermarks already, in an earlier process. */
export async function hasNoted(pool: pg.Pool, runId: string): Promise<boolean> {
  const row = await warehouse(pool)
    .selectFrom('ops.watermark')
    .select('run_id')
    .where('run_id', '=', runId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Everything before the run's watermarks on these channels was read: the next delta starts from them. */
async function reachWatermarks(pool: pg.Pool, runId: string, channels: readonly Channel[]): Promise<void> {
  await warehouse(pool)
    .updateTable('ops.watermark')
    .set({ is_reached: true })
    .where('run_id', '=', runId)
    .where('channel', '=', anyOf(channels))
    .execute();
}

/** Notes the highest id that raw has of classes which are kept up with by their ids. */
async function noteHighestIds(pool: pg.Pool, runId: string, classes: readonly string[]): Promise<void> {
  const db = warehouse(pool);
  const asked = givenRows(
    'asked',
    { class: 'text' },
    classes.map((name) => ({ class: name })),
  );
  const highest = db.selectFrom(asked).select((row) => [
    sql`${runId}::bigint`.as('run_id'),
    sql`'ids'`.as('channel'),
    'asked.class',
    sql`coalesce(${row
      .selectFrom('raw.object as o')
      .select((object) => object.fn.max('o.source_id').as('id'))
      .whereRef('o.root_class', '=', 'asked.class')}, 0)::text`.as('value'),
  ]);
  await db
    .insertInto('ops.watermark')
    .columns(['run_id', 'channel', 'class', 'value'])
    .expression(highest)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * After a pass over the whole of iTop: a delta may start from here where everything before was read. What a class that failed
 * missed would be missed for good, so a blocker of the ticket tree holds the tickets' times, and any blocker the history. A class
 * whose tree is not known may be one of tickets.
 */
export async function moveWatermarks(
  pool: pg.Pool,
  runId: string,
  isDelta: boolean,
  blockers: readonly Finding[],
): Promise<void> {
  if (!isDelta) await noteHighestIds(pool, runId, ['Attachment', 'InlineImage']);
  const mayBeOfTickets = blockers.some(
    (blocker) => blocker.rootClass === 'Ticket' || (blocker.class !== undefined && blocker.rootClass === undefined),
  );
  const channels: Channel[] = [];
  if (blockers.length === 0) channels.push('history', 'ids');
  if (!mayBeOfTickets) channels.push('last_update');
  await reachWatermarks(pool, runId, channels);
  if (isDelta && blockers.length === 0) await notedObjects(pool, runId).clear();
}
