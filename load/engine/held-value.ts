import type { Conflict } from '../../intercom/errors.ts';
import type { Target } from '../../platform/journal.ts';
import { warehouse } from '../../platform/warehouse.ts';
import type { LoadContext } from './context.ts';

/**
 * Next step where another object in Intercom goes on holding the new value of a changed one. Two that exchanged theirs in iTop can
 * neither go first, and Intercom's description gives no way to clear an address: a person exchanges them, over a third value.
 */
export async function heldValueStep(
  { pool, workspaceIdCode }: LoadContext,
  { type, key }: Target,
  { existingId, isArchived, nextStep }: Conflict,
): Promise<string> {
  if (existingId === undefined || isArchived) return nextStep;
  const { own, holder } = await warehouse(pool)
    .selectNoFrom((db) => {
      const identity = db
        .selectFrom('load.identity')
        .where('workspace_id_code', '=', workspaceIdCode)
        .where('target_type', '=', type);
      return [
        identity.select('target_id').where('target_key', '=', key).as('own'),
        identity.select('target_key').where('target_id', '=', existingId).orderBy('target_key').limit(1).as('holder'),
      ];
    })
    .executeTakeFirstOrThrow();
  const other = `${holder ?? `a ${type} that was not loaded`} (${type} ${existingId} in Intercom)`;
  return `${key} (${type} ${own ?? '?'} in Intercom) is to get a value that ${other} holds. In Intercom, give ${type} ${existingId} another value: the one that iTop has for it, or, where the two exchanged theirs, a third one for the moment; then ${type} ${own ?? '?'} the value that is free now. The next delta finds it done, as does: itop-to-intercom load --changes --retry failed`;
}
