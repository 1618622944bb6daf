import type pg from 'pg';
import { RefusedError } from '../platform/errors.ts';
import { warehouse } from '../platform/warehouse.ts';

/** The stage that must have run once before a command has anything to work on. */
export type RequiredStage = 'none' | 'extract' | 'transform' | 'load';

/**
 * Refuses a command that comes before the stage it builds on. It is asked before a run is opened, so nothing unfinished is left.
 *
 * Throws RefusedError, which names the first stage that is missing.
 */
export async function requireStage(pool: pg.Pool, stage: RequiredStage): Promise<void> {
  if (stage === 'none') return;
  const done = await warehouse(pool)
    .selectNoFrom((row) => [
      row.exists(row.selectFrom('raw.head')).as('extract'),
      row.exists(row.selectFrom('ops.materialised').where('relation', '=', 'intercom.conversation')).as('transform'),
      row.exists(row.selectFrom('load.identity')).as('load'),
    ])
    .executeTakeFirstOrThrow();
  if (done[stage]) return;
  throw missing(done.extract ? (done.transform ? 'load' : 'transform') : 'extract');
}

function missing(stage: Exclude<RequiredStage, 'none'>): RefusedError {
  const said = {
    extract: ['Nothing was extracted from iTop yet.', 'itop-to-intercom extract'],
    transform: ['What was extracted was not transformed yet.', 'itop-to-intercom transform'],
    load: ['Nothing was loaded into Intercom yet.', 'itop-to-intercom load'],
  } as const;
  const [message, nextStep] = said[stage];
  return new RefusedError(message, { stage, nextStep });
}
