import { sql } from 'kysely';
import { warehouse } from '../../platform/warehouse.ts';
import type { DecisionFile } from './decision-file.ts';

/** Rule T5: agents who are no teammates by address, and the teammate who stands for each. */
export const teammateDecision: DecisionFile = {
  kind: 'teammate',
  fileName: 'teammates.csv',
  columns: ['person_key', 'name', 'itop_address', 'teammate_address', 'reason'],
  answer: 'teammate_address',
  expected: 'the address of a teammate of the workspace',
  async rows(pool, workspaceIdCode) {
    return await warehouse(pool)
      .selectFrom('intercom.teammate as a')
      .leftJoin('staging.person as p', 'p.person_key', 'a.target_key')
      .leftJoin('ops.decision as d', (join) => join.onRef('d.key', '=', 'a.target_key').on('d.kind', '=', 'teammate'))
      .distinctOn('a.target_key')
      .select((agent) => [
        'a.target_key as person_key',
        agent.fn.coalesce('a.name', sql.lit('')).as('name'),
        agent.fn.coalesce('p.email_as_given', sql.lit('')).as('itop_address'),
        agent.fn.coalesce('d.value', sql.lit('')).as('teammate_address'),
        agent.fn.coalesce('d.reason', sql.lit('')).as('reason'),
      ])
      .where((agent) =>
        agent.or([
          agent('d.value', 'is not', null),
          agent.not(
            agent.exists(
              agent
                .selectFrom('load.teammate as t')
                .where('t.workspace_id_code', '=', workspaceIdCode)
                .where(sql<boolean>`lower(btrim(t.email)) = lower(btrim(a.email))`),
            ),
          ),
        ]),
      )
      .orderBy('a.target_key')
      .execute();
  },
  async fault(pool, workspaceIdCode, _key, answer) {
    const { is_known: isKnown, all } = await warehouse(pool)
      .selectFrom('load.teammate')
      .select([
        sql<boolean>`coalesce(bool_or(lower(btrim(email)) = lower(btrim(${answer}))), false)`.as('is_known'),
        sql<string | null>`string_agg(email, ', ' order by email)`.as('all'),
      ])
      .where('workspace_id_code', '=', workspaceIdCode)
      .executeTakeFirstOrThrow();
    if (isKnown) return undefined;
    return `"${answer}" is the address of no teammate; there are ${(all ?? 'none').slice(0, 300)}`;
  },
  affected: (_pool, key) => Promise.resolve([key]),
};
