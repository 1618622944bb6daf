import { type AliasableExpression, sql } from 'kysely';
import type pg from 'pg';
import { rowCount } from '../../platform/warehouse.ts';
import { refreshTables } from './changed-keys.ts';
import { type MaterialisedRelation, materialisedRelations, relationsOfStage } from './materialised-relations.ts';

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
  const relations = materialisedRelations.filter(({ owner }) => owner !== undefined);
  await markStale(client, relations, refreshTables(client).selectFrom('changed_ticket').select('ticket_key'));
}

/** More objects than these are cheaper to join with all edges than to look up one by one. */
const lookUpLimit = 5_000;

/** Leaves for the second half every ticket that depends on something that changed. */
export async function markConversations(client: pg.ClientBase): Promise<void> {
  await client.query('analyze changed_key');
  const database = refreshTables(client);
  const { count } = await database
    .selectFrom('changed_key')
    .select(rowCount.as('count'))
    .where('root_class', '<>', 'Ticket')
    .executeTakeFirstOrThrow();
  const changed = database.selectFrom('changed_key').select('key as ticket_key').where('root_class', '=', 'Ticket');
  const depending = count > lookUpLimit ? joinedWithEdges(client) : lookedUpInEdges(client);
  await markStale(client, relationsOfStage('thread', 'conversation'), changed.union(depending));
  for (const { relation, isOfAnyObject = false } of materialisedRelations)
    if (isOfAnyObject) await markObjects(client, relation);
}

function joinedWithEdges(client: pg.ClientBase) {
  return refreshTables(client)
    .selectFrom('intermediate.dependency_edge as e')
    .innerJoin('changed_key as c', 'c.key', 'e.changed_key')
    .select('e.ticket_key');
}

/** "offset 0" keeps the inner query whole, so that the key reaches every view below it. */
function lookedUpInEdges(client: pg.ClientBase) {
  return refreshTables(client)
    .selectFrom('changed_key as c')
    .crossJoinLateral((edges) =>
      edges
        .selectFrom('intermediate.dependency_edge')
        .select('ticket_key')
        .whereRef('changed_key', '=', 'c.key')
        .offset(sql.lit(0))
        .as('e'),
    )
    .select('e.ticket_key')
    .where('c.root_class', '<>', 'Ticket');
}

/** Marks what some relations hold of tickets as out of date. */
async function markStale(
  client: pg.ClientBase,
  relations: readonly MaterialisedRelation[],
  tickets: AliasableExpression<{ ticket_key: string }>,
): Promise<void> {
  const names = relations.map(({ relation }) => relation);
  await refreshTables(client)
    .insertInto('ops.stale_owner')
    .columns(['relation', 'owner_key'])
    .expression((select) =>
      select
        .selectFrom(sql<{ relation: string }>`unnest(${names}::text[])`.as('relation'))
        .crossJoin(tickets.as('stale'))
        .select(['relation.relation', 'stale.ticket_key']),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Any object may hold a log, or a value; what becomes of a work order's hangs on its ticket. Keys of relations, whose names have a dot, are of none. */
async function markObjects(client: pg.ClientBase, relation: string): Promise<void> {
  const database = refreshTables(client);
  const ofObjects = database
    .selectFrom('changed_key')
    .select(({ val }) => [val(relation).as('relation'), 'key as owner_key'])
    .where('root_class', '<>', 'Ticket')
    .where('root_class', 'not like', '%.%');
  const ofWorkOrders = database
    .selectFrom('ops.stale_owner as s')
    .innerJoin('intermediate.work_order as w', 'w.ticket_key', 's.owner_key')
    .select(['s.relation', 'w.work_order_key as owner_key'])
    .where('s.relation', '=', relation);
  await database
    .insertInto('ops.stale_owner')
    .columns(['relation', 'owner_key'])
    .expression(ofObjects.union(ofWorkOrders))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
