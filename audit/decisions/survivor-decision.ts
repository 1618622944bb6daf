import { warehouse } from '../../platform/warehouse.ts';
import type { DecisionFile } from './decision-file.ts';

/** Rule P1: whose contact stands for all persons with one address. */
export const survivorDecision: DecisionFile = {
  kind: 'survivor',
  fileName: 'survivors.csv',
  columns: ['address', 'persons', 'by_the_rule', 'survivor_key', 'reason'],
  answer: 'survivor_key',
  expected: 'the key of one of the persons with that address, e.g. Contact::12',
  async rows(pool) {
    const { rows } = await pool.query<Record<string, string>>(
      `select p.email_address as address,
              string_agg(p.person_key || ' ' || coalesce(p.full_name, ''), '; ' order by p.person_key) as persons,
              min(m.survivor_key) as by_the_rule, coalesce(max(d.value), '') as survivor_key, coalesce(max(d.reason), '') as reason
       from staging.person p
       join intermediate.contact_merge m on m.person_key = p.person_key
       left join ops.decision d on d.kind = 'survivor' and d.key = p.email_address
       where m.merged_count > 1 group by p.email_address order by p.email_address`,
    );
    return rows;
  },
  async fault(pool, _workspaceIdCode, key, answer) {
    const rows = await warehouse(pool)
      .selectFrom('staging.person')
      .select('person_key')
      .where('email_address', '=', key)
      .orderBy('person_key')
      .execute();
    const persons = rows.map((row) => row.person_key);
    return persons.includes(answer)
      ? undefined
      : `"${answer}" does not have the address ${key}; ${persons.join(', ') || 'nobody'} has`;
  },
  async affected(pool, key) {
    const rows = await warehouse(pool)
      .selectFrom('staging.person')
      .select('person_key')
      .where('email_address', '=', key)
      .execute();
    return rows.map((row) => row.person_key);
  },
};
