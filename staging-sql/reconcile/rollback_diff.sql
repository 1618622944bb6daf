create function reconcile.rollback_diff(workspace text, only_run bigint, only_type text, only_phase text, only_source text)
returns table (
  target_type text, target_key text, source_key text, target_id text, phase text, loaded_by_run bigint, stage integer,
  recorded_at timestamptz, action text, reason text, leaves text, former jsonb, written jsonb, method text, path text, body jsonb)
language sql stable as $$
with recursive own as materialized (
  select i.target_type, i.target_key, i.target_id, i.origin, i.run_id, i.recorded_at, j.path as created_path,
    coalesce(j.phase, p.phase, 'conversations') as phase,
    coalesce(j.source_key, split_part(split_part(i.target_key, '#', 1), '/', 1)) as source_key
  from load.identity i
  left join load.journal j on j.journal_id = i.journal_id
  left join reconcile.phase p on p.target_type = i.target_type
  where i.workspace_id_code = workspace and i.target_type <> 'admin'
), wanted as materialized (
  select * from own o
  where (only_run is null or o.run_id = only_run) and (only_phase is null or o.phase = only_phase)
    and (only_source is null or o.source_key = only_source)
    and (only_type is null or o.target_type = only_type)
), conversation as (
  select w.*, b.target_id is null as is_gone, b.touch
  from wanted w
  left join reconcile.observation b
    on b.workspace_id_code = workspace and b.object_type = 'conversation' and b.target_id = w.target_id
  where w.target_type = 'conversation'
), staying_conversation as (
  -- Everything that lives on: the workspace's own, those out of scope, those that somebody touched.
  select b.target_id, b.facts
  from reconcile.observation b
  where b.workspace_id_code = workspace and b.object_type = 'conversation'
    and not exists (select from conversation c where c.target_id = b.target_id and c.touch is null)
), needed_contact as (
  select jsonb_array_elements_text(facts -> 'contactIds') as target_id, min(target_id) as conversation_id
  from staying_conversation group by 1
), changed_field as (
  select f.target_type, f.target_key, f.field, f.written, f.former, f.has_former, f.present
  from reconcile.field_now f
  where f.workspace_id_code = workspace
), touched_object as (
  select target_type, target_key, string_agg(field, ', ' order by field) as fields
  from changed_field
  where field not in ('external_id', 'email') and not reconcile.is_same_value(field, written, present)
  group by target_type, target_key
), contact as (
  select w.*, b.target_id is null as is_gone, n.conversation_id, t.fields as touched_fields
  from wanted w
  left join reconcile.observation b
    on b.workspace_id_code = workspace and b.object_type = 'contact' and b.target_id = w.target_id
  left join needed_contact n on n.target_id = w.target_id
  left join touched_object t on t.target_type = 'contact' and t.target_key = w.target_key
  where w.target_type = 'contact'
), leaving_contact as (
  select target_id, target_key from contact
  where origin = 'created' and not is_gone and conversation_id is null and touched_fields is null
), leaving_link as (
  select w.*, split_part(w.target_key, '/', 1) as contact_key, c.target_id as contact_id
  from wanted w
  join own c on c.target_type = 'contact' and c.target_key = split_part(w.target_key, '/', 1)
  where w.target_type = 'contact_company' and w.origin = 'created'
), needed_company as (
  select b.target_id, min(held.contact_id) as contact_id
  from reconcile.observation b
  cross join lateral jsonb_array_elements_text(b.facts -> 'contactIds') as held (contact_id)
  where b.workspace_id_code = workspace and b.object_type = 'company'
    and not exists (select from leaving_contact l where l.target_id = held.contact_id)
    and not exists (select from leaving_link l where l.contact_id = held.contact_id and l.target_id = b.target_id)
  group by b.target_id
), company as (
  select w.*, b.target_id is null as is_gone, n.contact_id, s.target_id as conversation_id, t.fields as touched_fields
  from wanted w
  left join reconcile.observation b
    on b.workspace_id_code = workspace and b.object_type = 'company' and b.target_id = w.target_id
  left join needed_company n on n.target_id = w.target_id
  left join lateral (
    select c.target_id from staying_conversation c where c.facts ->> 'companyId' = w.target_id limit 1) s on true
  left join touched_object t on t.target_type = 'company' and t.target_key = w.target_key
  where w.target_type = 'company'
), leaving_company as (
  select target_id from company
  where origin = 'created' and not is_gone and contact_id is null and conversation_id is null and touched_fields is null
), restorable as (
  select target_type, target_key,
    jsonb_object_agg(field, former) filter (where is_ours) as former,
    jsonb_object_agg(field, written) filter (where is_ours) as written,
    jsonb_object_agg(field, coalesce(former, 'null')) filter (where is_ours and field not like 'custom\_attributes.%') as fields,
    jsonb_object_agg(substr(field, 19), coalesce(former, 'null')) filter (where is_ours and field like 'custom\_attributes.%') as attributes,
    string_agg(field, ', ' order by field) filter (where not is_ours) as changed_since
  from (
    select *, reconcile.is_same_value(field, written, present) as is_ours
    from changed_field where has_former
  ) f
  group by target_type, target_key
), people as (
  select c.target_type, c.target_key, c.source_key, c.target_id, c.phase, c.run_id, c.recorded_at, c.origin, c.is_gone,
    case when c.conversation_id is not null then 'takes part in conversation ' || c.conversation_id || ', which stays'
         when c.touched_fields is not null then 'changed since: ' || c.touched_fields end as kept_because
  from contact c
  union all
  select c.target_type, c.target_key, c.source_key, c.target_id, c.phase, c.run_id, c.recorded_at, c.origin, c.is_gone,
    case when c.contact_id is not null then 'contact ' || c.contact_id || ', which stays, belongs to it'
         when c.conversation_id is not null then 'conversation ' || c.conversation_id || ', which stays, belongs to it'
         when c.touched_fields is not null then 'changed since: ' || c.touched_fields end
  from company c
), staying_own as (
  select o.target_key from own o join staying_conversation s on s.target_id = o.target_id where o.target_type = 'conversation'
), used_thing as (
  -- Tags and instances that a conversation which stays shows.
  select used.thing_key, min(used.conversation_key) as conversation_key
  from (
    select tag_key as thing_key, conversation_key from intercom.conversation_tag
    union all
    select unnest(instance_keys), conversation_key from intercom.conversation_relation
  ) used
  join staying_own o on o.target_key = used.conversation_key
  group by used.thing_key
), thing as (
  select w.*, t.fields as touched_fields, b.target_id is null and exists (
      select from reconcile.observation o where o.workspace_id_code = workspace and o.object_type = w.target_type) as is_gone
  from wanted w
  left join touched_object t on t.target_type = w.target_type and t.target_key = w.target_key
  left join reconcile.observation b
    on b.workspace_id_code = workspace and b.object_type = w.target_type and b.target_id = w.target_id
  where w.target_type in ('custom_object_instance', 'article', 'collection', 'tag')
), held_collection as (
  -- Collections in which something stays that this plan does not delete, and those above them.
  select b.facts ->> 'parentId' as target_id, b.object_type || ' ' || b.target_id as held
  from reconcile.observation b
  where b.workspace_id_code = workspace and b.object_type in ('article', 'collection') and b.facts ->> 'parentId' is not null
    and not exists (
      select from thing t
      where t.target_type = b.object_type and t.target_id = b.target_id and t.origin = 'created' and t.touched_fields is null)
  union
  select b.facts ->> 'parentId', 'collection ' || b.target_id
  from held_collection h
  join reconcile.observation b on b.workspace_id_code = workspace and b.object_type = 'collection' and b.target_id = h.target_id
  where b.facts ->> 'parentId' is not null
)
select 'conversation', c.target_key, c.source_key, c.target_id, c.phase, c.run_id, 2, c.recorded_at,
  case when c.is_gone then 'gone' when c.touch is not null then 'keep' else 'delete' end,
  case when c.is_gone then 'not in the workspace any more' else coalesce(c.touch, 'created by the load') end,
  case when not c.is_gone and c.touch is null then 'its id in the list of deleted conversations' end,
  null::jsonb, null::jsonb, 'DELETE', '/conversations/' || c.target_id, null::jsonb
from conversation c
union all
-- What was added to a conversation that this plan does not delete.
select w.target_type, w.target_key, w.source_key, w.target_id, w.phase, w.run_id, 1, w.recorded_at,
  case when w.origin = 'linked' then 'forget' when w.target_type = 'conversation_tag' then 'detach' else 'impossible' end,
  case when w.target_type = 'conversation_tag' then 'added by the load'
       when w.target_type = 'part' then 'a part cannot be deleted, and its conversation is not of this plan'
       else 'Intercom keeps no former value of it, and its conversation is not of this plan' end,
  null, null, null, 'DELETE', '/conversations/' || c.target_id || '/tags/' || w.target_id, null
from wanted w
join own c on c.target_type = 'conversation' and c.target_key = w.source_key
where w.phase = 'conversations' and w.target_type <> 'conversation'
  and not exists (select from wanted owner where owner.target_type = 'conversation' and owner.target_key = w.source_key)
union all
select l.target_type, l.target_key, l.source_key, l.target_id, l.phase, l.run_id, 3, l.recorded_at, 'detach', 'linked by the load',
  null, null, null, 'DELETE', '/contacts/' || l.contact_id || '/companies/' || l.target_id, null
from leaving_link l
where not exists (select from leaving_contact c where c.target_key = l.contact_key)
union all
-- Links of contacts that go with them, and those that were there before, need no call.
select w.target_type, w.target_key, w.source_key, w.target_id, w.phase, w.run_id, 3, w.recorded_at, 'forget',
  case when w.origin = 'linked' then 'was there before' else 'goes with its contact' end,
  null, null, null, null, null, null
from wanted w
where w.target_type = 'contact_company'
  and (w.origin = 'linked' or exists (select from leaving_contact c where c.target_key = split_part(w.target_key, '/', 1)))
union all
select p.target_type, p.target_key, p.source_key, p.target_id, p.phase, p.run_id,
  case p.target_type when 'contact' then 8 else 9 end, p.recorded_at,
  case when p.is_gone then 'gone'
       when p.origin = 'created' then case when p.kept_because is null then 'delete' else 'keep' end
       when r.former is not null then 'restore'
       when r.changed_since is not null then 'keep'
       else 'forget' end,
  case when p.is_gone then 'not in the workspace any more'
       when p.origin = 'created' then coalesce(p.kept_because, 'created by the load')
       when r.former is not null then concat_ws('; ', 'was there before: its former values come back', 'kept, because changed since: ' || r.changed_since)
       when r.changed_since is not null then 'changed since: ' || r.changed_since
       else 'was there before; nothing was written' end,
  case when p.target_type = 'company' and p.origin = 'created' and p.kept_because is null and not p.is_gone then 'an archived company of its company_id' end,
  r.former, r.written,
  case when p.origin = 'created' then 'DELETE' else 'PUT' end,
  case p.target_type when 'contact' then '/contacts/' else '/companies/' end || p.target_id,
  case when p.origin = 'linked' and r.former is not null
    then coalesce(r.fields, '{}') || case when r.attributes is null then '{}' else jsonb_build_object('custom_attributes', r.attributes) end end
from people p
left join restorable r on r.target_type = p.target_type and r.target_key = p.target_key
union all
select w.target_type, w.target_key, w.source_key, w.target_id, w.phase, w.run_id,
  case w.target_type when 'custom_object_instance' then 4 when 'article' then 5 when 'collection' then 6 else 7 end, w.recorded_at,
  case when w.is_gone then 'gone' when w.origin = 'linked' then 'forget'
       when u.conversation_key is not null or w.touched_fields is not null or h.held is not null then 'keep' else 'delete' end,
  case when w.is_gone then 'not in the workspace any more'
       when w.origin = 'linked' then 'was there before'
       when u.conversation_key is not null then 'the conversation of ' || u.conversation_key || ', which stays, shows it'
       when w.touched_fields is not null then 'changed since: ' || w.touched_fields
       when h.held is not null then h.held || ', which stays, lies in it'
       else 'created by the load' end,
  null, null, null, 'DELETE',
  case w.target_type
    when 'custom_object_instance' then w.created_path || '/' || w.target_id
    when 'article' then '/articles/' || w.target_id
    when 'collection' then '/help_center/collections/' || w.target_id
    when 'tag' then '/tags/' || w.target_id end, null
from thing w
left join used_thing u on u.thing_key = w.target_key
left join lateral (
  select held from held_collection c where w.target_type = 'collection' and c.target_id = w.target_id order by held limit 1
) h on true
union all
select w.target_type, w.target_key, w.source_key, w.target_id, w.phase, w.run_id, 10, w.recorded_at,
  case when w.origin = 'linked' then 'forget' when kept.reason is not null then 'keep' else 'archive' end,
  case when w.origin = 'linked' then 'was there before'
       else coalesce(kept.reason, 'created by the load; an attribute can only be archived') end,
  case when w.origin = 'created' and kept.reason is null then 'an archived attribute of its name' end, null, null,
  case when w.target_key like 'conversation\_attribute:%' then 'DELETE' else 'PUT' end,
  case when w.target_key like 'conversation\_attribute:%' then '/conversations/attributes/' else '/data_attributes/' end || w.target_id,
  case when w.target_key not like 'conversation\_attribute:%' then '{"archived": true}'::jsonb end
from wanted w
left join lateral (
  -- Objects of ours that stay go on showing their values.
  select 'a ' || o.target_type || ' of the load that stays holds it' as reason
  from own o
  where o.target_type = split_part(w.target_key, '_attribute:', 1)
    and o.origin = 'created'
    and exists (select from reconcile.observation b where b.workspace_id_code = workspace and b.object_type = o.target_type and b.target_id = o.target_id)
    and case o.target_type
      when 'conversation' then not exists (select from conversation c where c.target_id = o.target_id and c.touch is null)
      when 'contact' then not exists (select from leaving_contact c where c.target_id = o.target_id)
      else not exists (select from leaving_company c where c.target_id = o.target_id) end
  limit 1
) kept on true
where w.target_type = 'attribute'
$$;

comment on function reconcile.rollback_diff is 'What taking a load back would do to each thing it wrote or linked, by what reconcile.observation shows of the workspace now. Limited by run, kind of thing, phase or source key; null means all.';
