import type pg from 'pg';

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
}

export interface IdentityToRecord extends Identity {
  readonly workspaceIdCode: string;
  readonly runId: string;
  readonly journalId?: string;
}

/**
 * Records identities in one statement. The first record of a key stays: what was once written in Intercom does not
 * become something else.
 */
export async function recordIdentities(
  client: pg.Pool | pg.ClientBase,
  identities: readonly IdentityToRecord[],
): Promise<void> {
  if (identities.length === 0) return;
  await client.query(
    `insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id, journal_id,
                                payload_hash, position, sent_created_at)
     select workspace_id_code, target_type, target_key, target_id, origin, run_id, journal_id,
            decode(payload_hash, 'hex'), position, sent_created_at
     from jsonb_to_recordset($1::jsonb) as i (
       workspace_id_code text, target_type text, target_key text, target_id text, origin text, run_id bigint,
       journal_id bigint, payload_hash text, position integer, sent_created_at timestamptz)
     on conflict (workspace_id_code, target_type, target_key) do nothing`,
    [
      JSON.stringify(
        identities.map((identity) => ({
          workspace_id_code: identity.workspaceIdCode,
          target_type: identity.targetType,
          target_key: identity.targetKey,
          target_id: identity.targetId,
          origin: identity.origin,
          run_id: identity.runId,
          journal_id: identity.journalId ?? null,
          payload_hash: identity.payloadHash?.toString('hex') ?? null,
          position: identity.position ?? null,
          sent_created_at: identity.sentCreatedAt?.toISOString() ?? null,
        })),
      ),
    ],
  );
}

/** Ids by target key of those keys that are recorded; absent keys are absent. */
export async function findIdentities(
  client: pg.Pool | pg.ClientBase,
  workspaceIdCode: string,
  targetType: string,
  targetKeys: readonly string[],
): Promise<Map<string, Identity>> {
  const found = await client.query<{
    target_key: string;
    target_id: string;
    origin: 'created' | 'linked';
    payload_hash: Buffer | null;
  }>(
    `select target_key, target_id, origin, payload_hash from load.identity
     where workspace_id_code = $1 and target_type = $2 and target_key = any($3)`,
    [workspaceIdCode, targetType, targetKeys],
  );
  return new Map(
    found.rows.map((row) => [
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
