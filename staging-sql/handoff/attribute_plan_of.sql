-- Conservation for attributes. What objects hold is counted from their payloads; what becomes of it, from the relations that carry it:
-- the two sides share no list of names. Both are added up by class and attribute; nothing is compared object by object.
create function handoff.attribute_plan_of(keys text[])
returns table (class text, attribute text, home text, plan text, reason text, objects bigint, example text)
language sql stable parallel safe
begin atomic
with decided as (
  select
    m.class,
    m.destination,
    coalesce(jsonb_object_agg(a.attribute, a.only_when_status) filter (where a.only_when_status is not null), '{}') as only_when
  from ops.mapping_class m
  left join ops.mapping_attribute a on a.class = m.class
  where m.destination in ('conversation', 'contact', 'company', 'article', 'collection')
  group by m.class, m.destination
), held as (
  select o.source_key, o.final_class as class, o.field, d.only_when
  from staging.object o
  join decided d on d.class = o.final_class
  -- What the scope leaves out is kept whole in the archive.
  where o.source_key not in (select ticket_key from intermediate.ticket_scope where excluded_reason is not null)
    and (keys is null or o.source_key = any (keys))
), filled as materialized (
  select
    h.class, f.attribute, count(*) as objects, min(h.source_key) as example,
    -- Before a status is reached iTop holds a default, which is no data (rule K4).
    count(*) filter (where not coalesce(h.only_when -> f.attribute ? (h.field ->> 'status'), true)) as defaults
  from held h
  cross join lateral jsonb_each(h.field) as f (attribute, value)
  where staging.is_filled(f.value)
  group by h.class, f.attribute
  union all
  -- A file is fetched apart: no payload holds it.
  select h.class, b.attribute, count(*), min(h.source_key), 0
  from staging.blob_source b
  join held h on h.source_key = b.source_key
  where not h.field ? b.attribute
  group by h.class, b.attribute
), carried (class, attribute, carrier, objects) as (
  select h.class, v.attribute, v.home as carrier, count(*) as objects
  from intermediate.attribute_value v
  join held h on h.source_key = v.source_key
  where v.value is not null and (keys is null or v.source_key = any (keys))
  group by h.class, v.attribute, v.home
  union all
  select t.final_class, case m.kind when 'opening' then 'description' else m.kind end, 'part', count(distinct m.ticket_key)
  from intermediate.ticket_message m
  join intermediate.ticket t on t.ticket_key = m.ticket_key
  where keys is null or m.ticket_key = any (keys)
  group by t.final_class, m.kind
  union all
  select final_class, attribute, 'handoff', count(*)
  from handoff.attribute
  where keys is null or source_key = any (keys)
  group by final_class, attribute
  union all
  select f.class, b.attribute, 'handoff', count(*)
  from handoff.file f
  join staging.blob_source b on b.source_key || '/' || b.attribute = f.file_key
  where keys is null or b.source_key = any (keys)
  group by f.class, b.attribute
), reached as materialized (
  select class, attribute, jsonb_object_agg(carrier, objects) as objects
  from (select class, attribute, carrier, sum(objects)::bigint as objects from carried group by class, attribute, carrier) as c
  group by class, attribute
), planned as (
  select
    f.class, f.attribute, f.example, f.objects, f.defaults, d.destination, a.home, a.reason,
    -- The site's own attributes need a person's decision; a standard one is delivered until the mapping names it.
    a.home is null and i.is_standard is false as is_undecided,
    case
      when a.home in ('field', 'dropped') then f.objects - f.defaults
      when a.home = 'record_note' and d.destination <> 'conversation' then 0
      else least(f.objects - f.defaults,
        coalesce((r.objects ->> coalesce(a.home, 'handoff'))::bigint, 0)
        -- A date that Intercom cannot hold is a line of the record note.
        + case when a.home = 'attribute' and d.destination = 'conversation' then coalesce((r.objects ->> 'record_note')::bigint, 0) else 0 end)
    end as objects_carried
  from filled f
  join decided d on d.class = f.class
  left join reached r on r.class = f.class and r.attribute = f.attribute
  left join ops.mapping_attribute a on a.class = f.class and a.attribute = f.attribute
  left join ops.itop_attribute i on i.class = f.class and i.attribute = f.attribute
)
select p.class, p.attribute, p.home, s.plan, s.reason, s.objects, p.example
from planned p
cross join lateral (values
  (
    case
      when p.is_undecided then 'pending'
      when p.home in ('field', 'part', 'attribute') then 'to_load'
      when p.home = 'record_note' then 'record_note'
      when p.home = 'dropped' then 'dropped'
      else 'handed_off'
    end,
    case
      when p.is_undecided then 'attribute without a decision in the mapping: until then in the hand-off'
      when p.home is null then 'the mapping does not name it'
      else p.reason
    end,
    p.objects_carried),
  ('dropped', 'iTop holds a default before', p.defaults),
  ('pending', 'its home is ' || coalesce(p.home, 'the hand-off') || ', and nothing carries it', p.objects - p.defaults - p.objects_carried)
) as s (plan, reason, objects)
where s.objects > 0;
end;

comment on function handoff.attribute_plan_of is 'What becomes of the attributes that some objects fill, by their source keys; of all objects where keys is null. A delta asks for those that changed.';
