import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';

/**
 * Keeps which contact each person became, as the last transform decided it and a load applied it. A contact that a rollback took
 * away is forgotten: its persons are decided like new ones.
 */
export async function rememberLoadedContacts(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ is_built: boolean }>(
    `select to_regclass('intermediate.contact_decision') is not null and to_regclass('intercom.contact') is not null as is_built`,
  );
  if (rows[0]?.is_built !== true) return;
  const database = warehouse(client);
  const loaded = database
    .selectFrom('load.identity')
    .select('target_key')
    .distinct()
    .where('target_type', '=', 'contact');
  await database
    .with('forgotten', (given) =>
      given.deleteFrom('ops.contact_group').where('contact_key', 'not in', loaded).returning('person_key'),
    )
    .insertInto('ops.changed_object')
    .columns(['root_class', 'source_key'])
    .expression((given) => given.selectFrom('forgotten').select([sql.lit('Contact').as('root_class'), 'person_key']))
    .execute();
  await database
    .insertInto('ops.contact_group')
    .columns(['person_key', 'contact_key', 'email_address'])
    .expression((given) =>
      given
        .selectFrom('intermediate.contact_decision as d')
        .innerJoin(loaded.as('i'), 'i.target_key', 'd.survivor_key')
        .leftJoin('intercom.contact as c', 'c.target_key', 'd.person_key')
        .select(['d.person_key', 'd.survivor_key', 'c.email'])
        .where('d.is_loaded', '=', true),
    )
    .onConflict((conflict) =>
      conflict
        .column('person_key')
        .doUpdateSet((is) => ({ email_address: is.ref('excluded.email_address') }))
        .where('excluded.email_address', 'is not', null)
        .where((is) => is('ops.contact_group.email_address', 'is distinct from', is.ref('excluded.email_address'))),
    )
    .execute();
}
