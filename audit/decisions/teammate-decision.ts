import type { DecisionFile } from './decision-file.ts';

/** Rule T5: agents who are no teammates by address, and the teammate who stands for each. */
export const teammateDecision: DecisionFile = {
  kind: 'teammate',
  fileName: 'teammates.csv',
  columns: ['person_key', 'name', 'itop_address', 'teammate_address', 'reason'],
  answer: 'teammate_address',
  expected: 'the address of a teammate of the workspace',
  async rows(pool, workspaceIdCode) {
    const { rows } = await pool.query<Record<string, string>>(
      `select distinct on (a.target_key) a.target_key as person_key, coalesce(a.name, '') as name,
              coalesce(p.email_as_given, '') as itop_address, coalesce(d.value, '') as teammate_address, coalesce(d.reason, '') as reason
       from intercom.teammate a
       left join staging.person p on p.person_key = a.target_key
       left join ops.decision d on d.kind = 'teammate' and d.key = a.target_key
       where d.value is not null or not exists (
         select from load.teammate t
         where t.workspace_id_code = $1 and lower(btrim(t.email)) = lower(btrim(a.email)))
       order by a.target_key`,
      [workspaceIdCode],
    );
    return rows;
  },
  async fault(pool, workspaceIdCode, _key, answer) {
    const { rows } = await pool.query<{ is_known: boolean; some: string | null }>(
      `select coalesce(bool_or(lower(btrim(email)) = lower(btrim($2))), false) as is_known,
              string_agg(email, ', ' order by email) as some
       from (select email from load.teammate where workspace_id_code = $1 and email is not null order by email) as t`,
      [workspaceIdCode, answer],
    );
    if (rows[0]?.is_known === true) return undefined;
    return `"${answer}" is the address of no teammate; there are ${(rows[0]?.some ?? 'none').slice(0, 300)}`;
  },
  affected: (_pool, key) => Promise.resolve([key]),
};
