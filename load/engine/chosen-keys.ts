import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';
import { readQuery } from '../../platform/query-file.ts';
import { warehouse } from '../../platform/warehouse.ts';

const neededQuery = readQuery(import.meta.dirname, 'needed-keys.sql');

/**
 * Target keys that a load of one thing needs: the thing, and of a conversation its contact, company, authors, tags, instances
 * and the links between them. `reference` is a ticket's ref, or a source key such as `Ticket::83` or `Contact::5`.
 *
 * Throws RefusedError when nothing of that name is to be loaded.
 */
export async function keysOf(pool: pg.Pool, reference: string): Promise<string[]> {
  const found = await pool.query<{ target_key: string }>(
    `select target_key from intercom.conversation where target_key = $1 or title like '[' || $2 || ']%'
     union select target_key from intercom.contact where target_key = $1
     union select target_key from intercom.company where target_key = $1
     union select target_key from intercom.custom_object_instance where target_key = $1
     union select target_key from intercom.collection where target_key = $1
     union select target_key from intercom.article where target_key = $1
     union select target_key from intercom.tag where target_key = $1`,
    [reference, reference.replace(/[\\%_]/g, '\\$&')],
  );
  if (found.rows.length === 0) {
    throw new RefusedError(`No object to be loaded is called ${reference}.`, {
      stage: 'load',
      nextStep:
        'Name a ref (R-000123) or a source key (Ticket::83). Why it is not among them: itop-to-intercom explain <ref>',
    });
  }
  return withNeeded(
    pool,
    found.rows.map((row) => row.target_key),
  );
}

/** Target keys that a load of the sample needs. Throws RefusedError when none was drawn. */
export async function keysOfSample(pool: pg.Pool): Promise<string[]> {
  const sample = await warehouse(pool).selectFrom('ops.sample').select('target_key').execute();
  if (sample.length === 0) {
    throw new RefusedError('There is no sample to load.', { stage: 'load', nextStep: 'itop-to-intercom sample' });
  }
  return withNeeded(
    pool,
    sample.map((row) => row.target_key),
  );
}

async function withNeeded(pool: pg.Pool, own: readonly string[]): Promise<string[]> {
  const needed = await pool.query<{ key: string }>(neededQuery, [own]);
  return needed.rows.map((row) => row.key);
}
