import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';
import { checkMapping } from './check-mapping.ts';
import { parseMapping, refuse } from './read-mapping.ts';

interface ConfirmationRow {
  fingerprint: string;
  confirmed_by: string;
  confirmed_at: Date;
  file_hash: string | null;
  document: string | null;
  present: string;
}

/**
 * Refuses unless what the warehouse maps is what a person confirmed for this workspace, his file is unchanged since, and the data
 * hold nothing he has not decided (invariant 6). A rehearsal's own confirmation passes.
 */
export async function requireConfirmedMapping(
  pool: pg.Pool,
  workspaceIdCode: string,
  file: string,
): Promise<'confirmed' | 'rehearsal'> {
  const { rows } = await pool.query<ConfirmationRow>(
    `select c.fingerprint, c.confirmed_by, c.confirmed_at, m.file_hash, m.document, ops.mapping_fingerprint() as present
     from ops.confirmation c
     left join lateral (
       select file_hash, document from ops.mapping_confirmation
       where workspace_id_code = c.workspace_id_code order by confirmation_id desc limit 1
     ) m on true
     where c.workspace_id_code = $1 and c.subject = 'mapping'`,
    [workspaceIdCode],
  );
  const confirmed = rows[0];
  if (confirmed === undefined) {
    throw new RefusedError(`Nobody confirmed the mapping for workspace ${workspaceIdCode}. Nothing was written.`, {
      stage: 'load',
      nextStep: 'itop-to-intercom map propose, then map check, then map confirm --by "Your Name"',
    });
  }
  if (confirmed.fingerprint === 'rehearsal') return 'rehearsal';
  const who = `${confirmed.confirmed_by} confirmed on ${confirmed.confirmed_at.toISOString().slice(0, 10)}`;
  if (confirmed.fingerprint !== confirmed.present) {
    throw new RefusedError(`The mapping in the warehouse is not the one ${who}: somebody changed ops.mapping_*.`, {
      stage: 'load',
      nextStep: 'itop-to-intercom map confirm --by "Your Name"',
    });
  }
  if (
    existsSync(file) &&
    confirmed.file_hash !== createHash('sha256').update(readFileSync(file, 'utf8')).digest('hex')
  ) {
    throw new RefusedError(`${file} was edited since ${who}. Nothing was written.`, {
      stage: 'load',
      nextStep:
        'See what the edit changes: itop-to-intercom map check. Then: itop-to-intercom map confirm --by "Your Name"',
    });
  }
  if (confirmed.document === null) return 'confirmed';
  const { faults } = await checkMapping(pool, parseMapping(confirmed.document, file));
  if (faults.length > 0) refuse(file, faults);
  return 'confirmed';
}
