import { sql } from 'kysely';
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
    return await warehouse(pool)
      .selectFrom('staging.person as p')
      .innerJoin('intermediate.contact_merge as m', 'm.person_key', 'p.person_key')
      .leftJoin('ops.decision as d', (join) =>
        join.onRef('d.key', '=', 'p.email_address').on('d.kind', '=', 'survivor'),
      )
      .select((person) => [
        'p.email_address as address',
        sql<string>`string_agg(p.person_key || ' ' || coalesce(p.full_name, ''), '; ' order by p.person_key)`.as(
          'persons',
        ),
        person.fn.min('m.survivor_key').as('by_the_rule'),
        sql<string>`coalesce(max(d.value), '')`.as('survivor_key'),
        sql<string>`coalesce(max(d.reason), '')`.as('reason'),
      ])
      .where('m.merged_count', '>', '1')
      .groupBy('p.email_address')
      .orderBy('p.email_address')
      // Persons are merged by their addresses.
      .$narrowType<{ address: string; by_the_rule: string }>()
      .execute();
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
