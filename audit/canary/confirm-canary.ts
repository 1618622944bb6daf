import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { RefusedError } from '../../platform/errors.ts';
import { probeAnswer, recordProbe } from '../../platform/probes.ts';
import { type CanaryRow, latestCanary } from './check-canary.ts';

export interface ConfirmRequest {
  readonly pool: pg.Pool;
  readonly workspaceIdCode: string;
  readonly confirmedBy: string;
  /** The person looked into the mailbox, and nothing was there. */
  readonly hasNothingArrived: boolean;
}

/** Records that a person looked into the canary's mailbox and nothing had arrived: without it no load starts. Throws RefusedError. */
export async function confirmCanary(request: ConfirmRequest): Promise<{ readonly canaryId: string }> {
  const { pool, workspaceIdCode, confirmedBy } = request;
  const canary = await latestCanary(pool, workspaceIdCode);
  const refuse = (message: string, nextStep: string): RefusedError =>
    new RefusedError(message, { stage: 'canary', nextStep });
  if (canary === undefined)
    throw refuse('No canary was sent.', 'itop-to-intercom canary send --address <a mailbox you own>');
  if (canary.state === 'answered')
    throw refuse(
      'Something answered in the canary: the workspace is not silent.',
      'Turn off what answered (select * from load.canary_finding), then: itop-to-intercom canary remove, and send it anew.',
    );
  if (canary.state !== 'silent' && canary.state !== 'confirmed')
    throw refuse('The canary was not checked yet.', 'itop-to-intercom canary check');
  if (confirmedBy.trim() === '') throw refuse('A confirmation needs a name.', 'Give it with --by.');
  if (!request.hasNothingArrived)
    throw refuse(
      `Look into the mailboxes ${await addressesOf(pool, canary)} (spam too), the Messenger and the phone of these contacts.`,
      'If nothing arrived: itop-to-intercom canary confirm --nothing-arrived --by <your name>',
    );
  await inTransaction(pool, async (client) => {
    await client.query(
      `update load.canary set state = 'confirmed', confirmed_by = $2, confirmed_at = clock_timestamp() where canary_id = $1`,
      [canary.canary_id, confirmedBy],
    );
    await client.query(
      `insert into ops.confirmation (workspace_id_code, subject, fingerprint, confirmed_by) values ($1, 'silence', $2, $3)
       on conflict (workspace_id_code, subject) do update
       set fingerprint = excluded.fingerprint, confirmed_by = excluded.confirmed_by, confirmed_at = clock_timestamp()`,
      [workspaceIdCode, `canary ${canary.canary_id}`, confirmedBy],
    );
  });
  const seen = {
    workspaceIdCode,
    canaryId: canary.canary_id,
    detail: `${confirmedBy} looked into ${canary.address}: nothing had arrived`,
  };
  if ((await probeAnswer(pool, workspaceIdCode, 'late_notified_at')) === 'unconfirmed')
    await recordProbe(pool, { ...seen, name: 'late_notified_at', answer: 'yes' });
  return { canaryId: canary.canary_id };
}

/** Addresses of all contacts of the canary's thread. */
async function addressesOf(pool: pg.Pool, canary: CanaryRow): Promise<string> {
  const { rows } = await pool.query<{ email: string }>(
    `select distinct payload ->> 'email' as email from load.canary_write
     where canary_id = $1 and target_type = 'contact' and payload ->> 'email' is not null order by 1`,
    [canary.canary_id],
  );
  return rows.map((row) => row.email).join(', ') || canary.address;
}
