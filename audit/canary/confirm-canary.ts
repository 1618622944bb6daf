import { sql } from 'kysely';
import type pg from 'pg';
import { probeAnswer, recordProbe } from '../../intercom/probes.ts';
import { recordConfirmation } from '../../platform/confirmation.ts';
import { inTransaction } from '../../platform/database.ts';
import { RefusedError } from '../../platform/errors.ts';
import { clockTimestamp, warehouse } from '../../platform/warehouse.ts';
import { type CanaryRow, requireCanary } from './check-canary.ts';

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
  const canary = await requireCanary(pool, workspaceIdCode);
  const refuse = (message: string, nextStep: string): RefusedError =>
    new RefusedError(message, { stage: 'canary', nextStep });
  if (canary.state === 'answered')
    throw refuse(
      'Something answered in the canary: the workspace is not silent.',
      'Turn off what answered (itop-to-intercom canary check names it), then: itop-to-intercom canary remove, and send it again.',
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
    const { numUpdatedRows } = await warehouse(client)
      .updateTable('load.canary')
      .set({ state: 'confirmed', confirmed_by: confirmedBy, confirmed_at: clockTimestamp })
      .where('canary_id', '=', canary.canary_id)
      // A check may have found an answer since, and a removal may have begun.
      .where('state', 'in', ['silent', 'confirmed'])
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw refuse('The canary changed meanwhile.', 'itop-to-intercom canary check');
    await recordConfirmation(client, {
      workspaceIdCode,
      subject: 'silence',
      fingerprint: `canary ${canary.canary_id}`,
      confirmedBy,
    });
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
  const rows = await warehouse(pool)
    .selectFrom('load.canary_write')
    .distinct()
    .select(sql<string>`payload ->> 'email'`.as('email'))
    .where('canary_id', '=', canary.canary_id)
    .where('target_type', '=', 'contact')
    .where(sql<boolean>`payload ->> 'email' is not null`)
    .orderBy('email')
    .execute();
  return rows.map((row) => row.email).join(', ') || canary.address;
}
