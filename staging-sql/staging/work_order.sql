create view staging.work_order as
with source as (
  select o.source_key, o.version_id, o.observed_at, f.*
  from staging.usable_object o
  cross join lateral jsonb_to_record(o.payload) as f (
    name text, status text, description text, ticket_id text, team_id_friendlyname text, agent_id_friendlyname text,
    start_date text, end_date text)
  where o.root_class = 'WorkOrder'
)
select
  source_key as work_order_key,
  version_id as raw_version,
  staging.reference('Ticket', ticket_id) as ticket_key,
  name,
  status,
  nullif(btrim(description), '') as description,
  nullif(btrim(team_id_friendlyname), '') as team_name,
  nullif(btrim(agent_id_friendlyname), '') as agent_name,
  nullif(start_date, '') as start_local,
  nullif(end_date, '') as end_local,
  observed_at
from source;

comment on view staging.work_order is 'One row per work order, as last seen in iTop.';
comment on column staging.work_order.work_order_key is 'Source key: WorkOrder::id.';
comment on column staging.work_order.ticket_key is 'Ticket it belongs to.';
comment on column staging.work_order.description is 'What is to be done, as plain text.';
comment on column staging.work_order.start_local is 'Planned begin as iTop shows it.';
comment on column staging.work_order.end_local is 'Planned end as iTop shows it.';
comment on column staging.work_order.name is 'Name in iTop.';
comment on column staging.work_order.status is 'iTop status: open, closed.';
comment on column staging.work_order.team_name is 'Team it is given to; null where none.';
comment on column staging.work_order.agent_name is 'Person it is given to; null where none.';
