import { clockTimestamp, warehouse } from './warehouse.ts';
import type { Warehouse } from './warehouse-types.ts';

export interface Confirmation {
  readonly workspaceIdCode: string;
  readonly subject: Warehouse['ops.confirmation']['subject'];
  /** What was confirmed: another one needs another confirmation. */
  readonly fingerprint: string;
  readonly confirmedBy: string;
}

/** Records that a subject is confirmed for a workspace, in place of an earlier confirmation. */
export async function recordConfirmation(
  database: Parameters<typeof warehouse>[0],
  { workspaceIdCode, subject, fingerprint, confirmedBy }: Confirmation,
): Promise<void> {
  await warehouse(database)
    .insertInto('ops.confirmation')
    .values({ workspace_id_code: workspaceIdCode, subject, fingerprint, confirmed_by: confirmedBy })
    .onConflict((conflict) =>
      conflict.columns(['workspace_id_code', 'subject']).doUpdateSet((excluded) => ({
        fingerprint: excluded.ref('excluded.fingerprint'),
        confirmed_by: excluded.ref('excluded.confirmed_by'),
        confirmed_at: clockTimestamp,
      })),
    )
    .execute();
}
