import type { DecisionFile } from './decision-file.ts';

/** Rule C1: a company of that id is in the workspace. Either it is the same, or the organization gets an id of its own. */
export const companyIdDecision: DecisionFile = {
  kind: 'company_id',
  fileName: 'company-ids.csv',
  columns: ['organization_key', 'name', 'company_id', 'intercom_id', 'link_or_own', 'reason'],
  answer: 'link_or_own',
  expected: '"link" (it is the same company) or "own" (give ours an id of its own)',
  async rows(pool, workspaceIdCode) {
    const { rows } = await pool.query<Record<string, string>>(
      `select e.target_key as organization_key, coalesce(c.name, '') as name, e.name as company_id, e.target_id as intercom_id,
              coalesce(d.value, '') as link_or_own, coalesce(d.reason, '') as reason
       from ops.existing_in_target e
       left join intercom.company c on c.target_key = e.target_key
       left join ops.decision d on d.kind = 'company_id' and d.key = e.target_key
       where e.workspace_id_code = $1 and e.model = 'company' order by e.target_key`,
      [workspaceIdCode],
    );
    return rows;
  },
  fault: (_pool, _workspaceIdCode, _key, answer) =>
    Promise.resolve(answer === 'link' || answer === 'own' ? undefined : `"${answer}" is neither "link" nor "own"`),
  affected: (_pool, key) => Promise.resolve([key]),
};
