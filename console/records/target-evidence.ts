import type { ObjectEvidence } from '../../transform/preview/object-content.ts';
import type { Frame } from '../page.ts';
import { type Difference, differencesContent } from './differences.ts';

/** What is known in Intercom of the contact, company, article or custom object with this target key. */
export async function readEvidence(
  { context, standing }: Frame,
  targetType: string,
  key: string,
): Promise<ObjectEvidence> {
  const { rows } = await context.pool.query<{ target_id: string | null; differences: Difference[] | null }>(
    `select (select target_id from load.identity where workspace_id_code = $1 and target_type = $2 and target_key = $3) as target_id,
       (select jsonb_agg(jsonb_build_object('check', v.check_name, 'field', v.field, 'expected', v.expected, 'actual', v.actual) order by v.check_name, v.field)
        from reconcile.verdict v
        where v.workspace_id_code = $1 and v.source_key = split_part($3, '#', 1)
          and v.object_type = $2 and v.target_key = $3 and v.verdict in ('failed', 'unknown')) as differences`,
    [standing.workspace?.idCode ?? '', targetType, key],
  );
  const differences = rows[0]?.differences ?? [];
  return {
    targetId: rows[0]?.target_id ?? null,
    differences: differencesContent(differences),
    differing: new Set(differences.map(({ field }) => field).filter((field) => field !== '')),
  };
}
