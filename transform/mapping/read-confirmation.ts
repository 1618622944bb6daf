import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import { hashOf, readMappingText } from './read-mapping.ts';

/** What a person confirmed last for a workspace, and what the warehouse maps now. */
export interface MappingConfirmation {
  readonly by: string;
  readonly at: Date;
  /** `ops.mapping_fingerprint()` when it was confirmed; 'rehearsal' where a rehearsal confirmed it. */
  readonly fingerprint: string;
  /** `ops.mapping_fingerprint()` now. */
  readonly present: string;
  /** The file that was confirmed: its hash and its text; null where none was. */
  readonly fileHash: string | null;
  readonly document: string | null;
}

/** Reads the confirmation that counts; undefined where nobody confirmed. */
export async function readConfirmation(
  pool: pg.Pool,
  workspaceIdCode: string,
): Promise<MappingConfirmation | undefined> {
  return warehouse(pool)
    .selectFrom('ops.confirmation as c')
    .leftJoin('ops.mapping_confirmation as m', 'm.workspace_id_code', 'c.workspace_id_code')
    .select([
      'c.confirmed_by as by',
      'c.confirmed_at as at',
      'c.fingerprint',
      sql<string>`ops.mapping_fingerprint()`.as('present'),
      'm.file_hash as fileHash',
      'm.document',
    ])
    .where('c.workspace_id_code', '=', workspaceIdCode)
    .where('c.subject', '=', 'mapping')
    .orderBy('m.confirmation_id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/**
 * What was changed since a person confirmed, so that a load refuses: `ops.mapping_*` in the warehouse, or the file at `path`. Throws
 * RefusedError where the file cannot be read.
 */
export function changedSince(confirmed: MappingConfirmation, path: string): 'warehouse' | 'file' | undefined {
  if (confirmed.fingerprint !== confirmed.present) return 'warehouse';
  const text = readMappingText(path);
  return text === undefined || confirmed.fileHash === hashOf(text) ? undefined : 'file';
}
