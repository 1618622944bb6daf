import { sql } from 'kysely';
import type pg from 'pg';
import { type Verdict, writeVerdicts } from '../platform/verdict-writer.ts';
import { warehouse } from '../platform/warehouse.ts';

const check = 'every filled attribute is accounted for';

interface AttributeRow {
  readonly target_key: string;
  readonly filled: string;
  readonly accounted: string;
  readonly reason: string | null;
}

/**
 * Writes one verdict an attribute that objects which move fill: whether each of its values is loaded, told, handed off or dropped
 * with a reason (`handoff.attribute_plan`). It reads the payloads of all these objects once, so only `reconcile` asks.
 */
export async function judgeAttributes(pool: pg.Pool, workspaceIdCode: string, runId: string): Promise<void> {
  const { rows } = await pool.query<AttributeRow>(
    `select class || '.' || attribute as target_key, sum(objects)::text as filled,
            coalesce(sum(objects) filter (where plan <> 'pending'), 0)::text as accounted,
            string_agg(distinct reason, '; ') filter (where plan = 'pending') as reason
     from handoff.attribute_plan group by class, attribute order by class, attribute`,
  );
  await writeVerdicts(
    pool,
    rows.map(({ target_key, filled, accounted, reason }): Verdict => {
      const isAccounted = reason === null;
      return {
        ...{ workspaceIdCode, runId, phase: 'reconcile', objectType: 'attribute', targetKey: target_key, check },
        ...{ evidence: 'count', expected: filled, actual: accounted, verdict: isAccounted ? 'passed' : 'failed' },
        ...(isAccounted ? {} : { reasonCode: 'attribute_pending' }),
      };
    }),
  );
  // An attribute that no object fills any more is no finding any more.
  await warehouse(pool)
    .deleteFrom('reconcile.verdict')
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('phase', '=', 'reconcile')
    .where('check_name', '=', check)
    .where(sql<boolean>`target_key <> all (${rows.map((row) => row.target_key)})`)
    .execute();
}
