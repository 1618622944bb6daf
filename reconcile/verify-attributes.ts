import { sql } from 'kysely';
import type pg from 'pg';
import { readQuery } from '../platform/query-file.ts';
import { type Verdict, writeVerdicts } from '../platform/verdict-writer.ts';
import { warehouse } from '../platform/warehouse.ts';

const changedQuery = readQuery(import.meta.dirname, 'changed-since-reconcile.sql');

const check = 'every filled attribute is accounted for';

interface AttributeRow {
  readonly target_key: string;
  readonly filled: string;
  readonly accounted: string;
  readonly reason: string | null;
}

interface AttributesRequest {
  readonly workspaceIdCode: string;
  readonly runId: string;
  /** Only objects that were landed since the reconciliation before are looked at, unless an attribute was pending then. */
  readonly onlyChanged: boolean;
}

/**
 * Writes one verdict an attribute that objects which move fill: whether each of its values is loaded, kept in the record note, handed off or dropped
 * with a reason (`handoff.attribute_plan`). That reads the payloads of all these objects once, so a delta asks for those that changed
 * and adds what is pending among them: all others were judged before.
 */
export async function verifyAttributes(pool: pg.Pool, request: AttributesRequest): Promise<void> {
  const { workspaceIdCode, runId } = request;
  const keys = request.onlyChanged ? await changedSince(pool, workspaceIdCode, runId) : null;
  const { rows } = await pool.query<AttributeRow>(
    `select class || '.' || attribute as target_key, sum(objects)::text as filled,
            coalesce(sum(objects) filter (where plan <> 'pending'), 0)::text as accounted,
            string_agg(distinct reason, '; ') filter (where plan = 'pending') as reason
     from handoff.attribute_plan_of($1) group by class, attribute order by class, attribute`,
    [keys],
  );
  const judged = keys === null ? rows : rows.filter((row) => row.reason !== null);
  await writeVerdicts(
    pool,
    judged.map(({ target_key, filled, accounted, reason }): Verdict => {
      const isAccounted = reason === null;
      return {
        ...{ workspaceIdCode, runId, phase: 'reconcile', objectType: 'attribute', targetKey: target_key, check },
        ...{ evidence: 'count', expected: filled, actual: accounted, verdict: isAccounted ? 'passed' : 'failed' },
        ...(isAccounted ? {} : { reasonCode: 'attribute_pending' }),
      };
    }),
  );
  if (keys !== null) return;
  // An attribute that no object fills any more is no finding any more.
  await warehouse(pool)
    .deleteFrom('reconcile.verdict')
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('phase', '=', 'reconcile')
    .where('check_name', '=', check)
    .where(sql<boolean>`target_key <> all (${rows.map((row) => row.target_key)})`)
    .execute();
}

/**
 * Source keys of the objects landed, and of the files fetched, since the reconciliation before began. Null, which stands for all,
 * before the first one, where another mapping was confirmed since, and while an attribute is pending: only a look at all of its objects
 * shows that it is not any more.
 */
async function changedSince(pool: pg.Pool, workspaceIdCode: string, runId: string): Promise<string[] | null> {
  const { rows } = await pool.query<{ keys: string[] | null }>(changedQuery, [workspaceIdCode, runId, check]);
  return rows[0]?.keys ?? null;
}
