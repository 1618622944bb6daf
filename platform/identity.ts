import type pg from 'pg';
import { anyOf, clockTimestamp, hexOf, insertRows, warehouse } from './warehouse.ts';

/** Which thing in Intercom is which target key; a row of `load.identity`. */
export interface Identity {
  readonly targetType: string;
  readonly targetKey: string;
  /** Intercom's id; of a step of a conversation what was set. */
  readonly targetId: string;
  readonly origin: 'created' | 'linked';
  readonly payloadHash?: Buffer | null;
  /** Place of a part in its thread, frozen when sent. */
  readonly position?: number;
  /** Backdated time, frozen when sent. */
  readonly sentCreatedAt?: Date;
  /** How the body of a part was sent: characters that a reader sees, or HTML. */
  readonly bodyForm?: 'text' | 'html';
  /** What the object is to hold, and what Intercom showed: kept in `load.representation` for a later comparison. */
  readonly representation?: Representation;
}

/** Fields by name; references are source keys in `lastApplied` and Intercom's ids in `observed`. */
export interface Representation {
  /** target_type it is kept under. */
  readonly targetType: string;
  readonly lastApplied: Readonly<Record<string, unknown>>;
  readonly observed: Readonly<Record<string, unknown>>;
}

export interface IdentityToRecord extends Identity {
  readonly workspaceIdCode: string;
  readonly runId: string;
  readonly journalId?: string;
}

const keyColumns = ['workspace_id_code', 'target_type', 'target_key'] as const;
const identityColumns = [
  ...keyColumns,
  'target_id',
  'origin',
  'run_id',
  'journal_id',
  'payload_hash',
  'position',
  'sent_created_at',
  'body_form',
] as const;

/**
 * Records identities in one statement. The first record of a key stays: what was once written in Intercom does not
 * become something else.
 */
export async function recordIdentities(
  client: pg.Pool | pg.ClientBase,
  identities: readonly IdentityToRecord[],
): Promise<void> {
  if (identities.length === 0) return;
  const rows = identities.map((identity) => ({
    workspace_id_code: identity.workspaceIdCode,
    target_type: identity.targetType,
    target_key: identity.targetKey,
    target_id: identity.targetId,
    origin: identity.origin,
    run_id: identity.runId,
    journal_id: identity.journalId,
    payload_hash: hexOf(identity.payloadHash),
    position: identity.position,
    sent_created_at: identity.sentCreatedAt,
    body_form: identity.bodyForm,
  }));
  await insertRows(client, 'load.identity', identityColumns, rows)
    .onConflict((conflict) => conflict.columns(keyColumns).doNothing())
    .execute();
  await recordRepresentations(client, identities);
}

/** The last representation of an object counts. */
async function recordRepresentations(
  client: pg.Pool | pg.ClientBase,
  identities: readonly IdentityToRecord[],
): Promise<void> {
  const latest = new Map(
    identities.flatMap((identity) => {
      const { representation } = identity;
      if (representation === undefined) return [];
      const row = {
        workspace_id_code: identity.workspaceIdCode,
        target_type: representation.targetType,
        target_key: identity.targetKey,
        payload_hash: hexOf(identity.payloadHash),
        last_applied: representation.lastApplied,
        observed: representation.observed,
      };
      return [[JSON.stringify([row.workspace_id_code, row.target_type, row.target_key]), row] as const];
    }),
  );
  if (latest.size === 0) return;
  await insertRows(
    client,
    'load.representation',
    [...keyColumns, 'payload_hash', 'last_applied', 'observed'],
    [...latest.values()],
  )
    .onConflict((conflict) =>
      conflict.columns(keyColumns).doUpdateSet((excluded) => ({
        payload_hash: excluded.ref('excluded.payload_hash'),
        last_applied: excluded.ref('excluded.last_applied'),
        observed: excluded.ref('excluded.observed'),
        observed_at: clockTimestamp,
      })),
    )
    .execute();
}

/** Ids by target key of those keys that are recorded; absent keys are absent. */
export async function findIdentities(
  client: pg.Pool | pg.ClientBase,
  workspaceIdCode: string,
  targetType: string,
  targetKeys: readonly string[],
): Promise<Map<string, Identity>> {
  const found = await warehouse(client)
    .selectFrom('load.identity')
    .select(['target_key', 'target_id', 'origin', 'payload_hash'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('target_type', '=', targetType)
    .where('target_key', '=', anyOf(targetKeys))
    .execute();
  return new Map(
    found.map((row) => [
      row.target_key,
      {
        targetType,
        targetKey: row.target_key,
        targetId: row.target_id,
        origin: row.origin,
        payloadHash: row.payload_hash,
      },
    ]),
  );
}
