import type pg from 'pg';
import { NotFound } from '../../intercom/errors.ts';
import type { ProgressStep } from '../../platform/progress.ts';
import type { LoadContext } from '../engine/context.ts';

/** Opens a line of progress. */
export type OpenStep = (name: string, total: number) => ProgressStep;

/** All rows of a phase's select, whether they are loaded or not. */
export async function adoptableRows<Row extends pg.QueryResultRow>(
  context: LoadContext,
  select: string,
): Promise<Row[]> {
  const { rows } = await context.pool.query<Row>(`select * from (${select}) adoptable where $1::text is not null`, [
    context.workspaceIdCode,
  ]);
  return rows;
}

/** What a read gives; undefined where Intercom does not hold it. */
export async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
