import { sql } from 'kysely';
import { warehouse } from '../../platform/warehouse.ts';
import type { DecisionFile } from './decision-file.ts';

/** Rule C1: a company of that id is in the workspace. Either it is the same, or the organization gets an id of its own. */
export const companyIdDecision: DecisionFile = {
  kind: 'company_id',
  fileName: 'company-ids.csv',
  columns: ['organization_key', 'name', 'company_id', 'intercom_id', 'link_or_own', 'reason'],
  answer: 'link_or_own',
  expected: '"link" (it is the same company) or "own" (give ours an id of its own)',
  async rows(pool, workspaceIdCode) {
    return await warehouse(pool)
      .selectFrom('ops.existing_in_target as e')
      .leftJoin('intercom.company as c', 'c.target_key', 'e.target_key')
      .leftJoin('ops.decision as d', (join) => join.onRef('d.key', '=', 'e.target_key').on('d.kind', '=', 'company_id'))
      .select((existing) => [
        'e.target_key as organization_key',
        existing.fn.coalesce('c.name', sql.lit('')).as('name'),
        'e.name as company_id',
        'e.target_id as intercom_id',
        existing.fn.coalesce('d.value', sql.lit('')).as('link_or_own'),
        existing.fn.coalesce('d.reason', sql.lit('')).as('reason'),
      ])
      .where('e.workspace_id_code', '=', workspaceIdCode)
      .where('e.model', '=', 'company')
      .orderBy('e.target_key')
      .execute();
  },
  fault: (_pool, _workspaceIdCode, _key, answer) =>
    Promise.resolve(answer === 'link' || answer === 'own' ? undefined : `"${answer}" is neither "link" nor "own"`),
  affected: (_pool, key) => Promise.resolve([key]),
};
