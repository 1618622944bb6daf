import type pg from 'pg';
import { materialisedRelations, relationsOfStage } from './materialised-relations.ts';

/** Tickets that changed, and those that a changed link, file, work order or history row names, are out of date. */
export async function markTracedTickets(client: pg.ClientBase): Promise<void> {
  await client.query(`create temporary table changed_ticket on commit drop as
    select key as ticket_key from changed_key where root_class = 'Ticket'
    union
    select t.ticket_key
    from changed_key c
    cross join lateral (
      select ticket_key from staging.traced_ticket where changed_key = c.key and root_class = c.root_class offset 0
    ) as t
    where t.ticket_key is not null`);
  await client.query(
    `insert into ops.stale_owner (relation, owner_key)
     select relation, ticket_key from changed_ticket cross join unnest($1::text[]) as relation
     on conflict do nothing`,
    [materialisedRelations.filter(({ owner }) => owner !== undefined).map(({ relation }) => relation)],
  );
}

/** More objects than these are cheaper to join with all edges than to look up one by one. */
const lookUpLimit = 5_000;

/** Leaves for the second half every ticket that depends on something that changed. */
export async function markConversations(client: pg.ClientBase): Promise<void> {
  await client.query('analyze changed_key');
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::integer as count from changed_key where root_class <> 'Ticket'`,
  );
  const depending =
    (rows[0]?.count ?? 0) > lookUpLimit
      ? `select e.ticket_key from intermediate.dependency_edge e join changed_key c on c.key = e.changed_key`
      : `select e.ticket_key from changed_key c
         cross join lateral (select ticket_key from intermediate.dependency_edge where changed_key = c.key offset 0) as e
         where c.root_class <> 'Ticket'`;
  await client.query(
    `insert into ops.stale_owner (relation, owner_key)
     select relation, ticket_key
     from unnest($1::text[]) as relation
     cross join (select key as ticket_key from changed_key where root_class = 'Ticket' union ${depending}) as stale
     on conflict do nothing`,
    [relationsOfStage('thread', 'conversation').map(({ relation }) => relation)],
  );
  for (const { relation, isOfAnyLog = false } of materialisedRelations)
    if (isOfAnyLog) await markLogs(client, relation);
}

/** Any object may hold a log; what becomes of a work order's hangs on its ticket. Keys of relations, whose names have a dot, are of none. */
async function markLogs(client: pg.ClientBase, relation: string): Promise<void> {
  await client.query(
    `insert into ops.stale_owner (relation, owner_key)
     select $1, key from changed_key where root_class <> 'Ticket' and root_class not like '%.%'
     union
     select s.relation, w.work_order_key
     from ops.stale_owner s join intermediate.work_order w on w.ticket_key = s.owner_key
     where s.relation = $1
     on conflict do nothing`,
    [relation],
  );
}
