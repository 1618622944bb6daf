-- The culprits, in the versions that were found at fault. One that is set aside already is at fault by what names it: its links, work orders,
-- files and history go with it. $1: culprits as JSON, of source_key, version_id and message; $2: the relation that cannot be computed
-- with them; $3: hash of the SQL, the mapping and the settings.
with culprit as (
  select c.*, o.payload, a.source_key is not null as is_known,
    'set aside: ' || $2 || ' cannot be computed with it (' || c.message || ')' as reason
  from jsonb_to_recordset($1::jsonb) as c (source_key text, version_id bigint, message text)
  join raw.object o on o.source_key = c.source_key and o.version_id = c.version_id
  left join ops.set_aside a on a.source_key = c.source_key and a.version_id = c.version_id
)
select c.source_key, c.version_id, c.source_key as for_key, $2 as relation, f.attribute, c.reason, $3 as inputs_hash
from culprit c
-- Postgres quotes the value that it cannot read.
left join lateral (
  select min(key) as attribute from jsonb_each_text(c.payload)
  where value <> '' and position('"' || value || '"' in c.message) > 0) f on true
where not c.is_known
union all
select t.changed_key, h.version_id, min(t.ticket_key), $2, null, 'goes with ' || min(t.ticket_key) || ', which is ' || min(c.reason), $3
from staging.traced_ticket t
join raw.head h on h.source_key = t.changed_key and h.set_aside_version_id is distinct from h.version_id
left join culprit c on c.source_key = t.ticket_key and c.is_known
where t.root_class <> 'Ticket' and t.changed_key in (
  select changed_key from staging.traced_ticket where ticket_key in (select source_key from culprit where is_known))
group by t.changed_key, h.version_id
having bool_and(c.source_key is not null)
