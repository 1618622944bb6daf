-- The tickets that depend on an object that is set aside, each for the first of these. $1: hash of the SQL, the mapping and the settings.
select distinct on (e.ticket_key) e.ticket_key as source_key, h.version_id, s.for_key, s.relation, null::text as attribute,
  'depends on ' || s.for_key || ', which is ' || s.reason as reason, $1 as inputs_hash
from ops.set_aside s
join (
  select changed_key, ticket_key from intermediate.dependency_edge
  union all
  select changed_key, ticket_key from staging.traced_ticket where root_class <> 'Ticket'
) as e on e.changed_key = s.source_key
join raw.head h on h.source_key = e.ticket_key and h.op = 'upsert' and h.set_aside_version_id is distinct from h.version_id
where s.for_key = s.source_key
order by e.ticket_key, s.for_key
