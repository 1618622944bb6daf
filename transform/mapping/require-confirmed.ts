import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';
import { checkMapping } from './check-mapping.ts';
import { changedSince, readConfirmation } from './read-confirmation.ts';
import { parseMapping, refuse } from './read-mapping.ts';

/**
 * Refuses unless what the warehouse maps is what a person confirmed for this workspace, his file is unchanged since, and the data
 * hold nothing he has not decided (invariant 6). A rehearsal's own confirmation passes.
 */
export async function requireConfirmedMapping(
  pool: pg.Pool,
  workspaceIdCode: string,
  file: string,
): Promise<'confirmed' | 'rehearsal'> {
  const confirmed = await readConfirmation(pool, workspaceIdCode);
  if (confirmed === undefined) {
    throw new RefusedError(`Nobody confirmed the mapping for workspace ${workspaceIdCode}. Nothing was written.`, {
      stage: 'load',
      nextStep: 'itop-to-intercom map propose, then map check, then map confirm --by "Your Name"',
    });
  }
  if (confirmed.fingerprint === 'rehearsal') return 'rehearsal';
  const who = `${confirmed.by} confirmed on ${confirmed.at.toISOString().slice(0, 10)}`;
  const changed = changedSince(confirmed, file);
  if (changed === 'warehouse') {
    throw new RefusedError(`The mapping in the warehouse is not the one ${who}: somebody changed ops.mapping_*.`, {
      stage: 'load',
      nextStep: 'itop-to-intercom map confirm --by "Your Name"',
    });
  }
  if (changed === 'file') {
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
