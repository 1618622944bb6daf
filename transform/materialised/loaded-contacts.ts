import type pg from 'pg';

/**
 * Keeps which contact each person became, as the last transform decided it and a load applied it. A contact that a rollback took
 * away is forgotten: its persons are decided like new ones.
 */
export async function rememberLoadedContacts(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ is_built: boolean }>(
    `select to_regclass('intermediate.contact_decision') is not null and to_regclass('intercom.contact') is not null as is_built`,
  );
  if (rows[0]?.is_built !== true) return;
  await client.query(
    `with loaded as (
       select distinct target_key from load.identity where target_type = 'contact'
     ), forgotten as (
       delete from ops.contact_group where contact_key not in (select target_key from loaded) returning person_key
     )
     insert into ops.changed_object (root_class, source_key) select 'Contact', person_key from forgotten`,
  );
  await client.query(
    `insert into ops.contact_group (person_key, contact_key, email_address)
     select d.person_key, d.survivor_key, c.email
     from intermediate.contact_decision d
     join (select distinct target_key from load.identity where target_type = 'contact') i on i.target_key = d.survivor_key
     left join intercom.contact c on c.target_key = d.person_key
     where d.is_loaded
     on conflict (person_key) do update set email_address = excluded.email_address
     where excluded.email_address is not null and contact_group.email_address is distinct from excluded.email_address`,
  );
}
