import { sql } from 'kysely';
import { warehouse } from '../../platform/warehouse.ts';
import type { ObjectEvidence } from '../../transform/preview/object-content.ts';
import type { Frame } from '../page.ts';
import { differencesContent } from './differences.ts';

/** What is known in Intercom of the contact, company, article or custom object with this target key. */
export async function readEvidence(
  { context, standing }: Frame,
  targetType: string,
  key: string,
): Promise<ObjectEvidence> {
  const db = warehouse(context.pool);
  const workspaceIdCode = standing.workspace?.idCode ?? '';
  const identity = await db
    .selectFrom('load.identity')
    .select('target_id')
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('target_type', '=', targetType)
    .where('target_key', '=', key)
    .executeTakeFirst();
  const differences = await db
    .selectFrom('reconcile.verdict')
    .select(['check_name as check', 'field', 'expected', 'actual'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('source_key', '=', sql<string>`split_part(${key}, '#', 1)`)
    .where('object_type', '=', targetType)
    .where('target_key', '=', key)
    .where('verdict', 'in', ['failed', 'unknown'])
    .orderBy('check_name')
    .orderBy('field')
    .execute();
  return {
    targetId: identity?.target_id ?? null,
    differences: differencesContent(differences),
    differing: new Set(differences.map(({ field }) => field).filter((field) => field !== '')),
  };
}
