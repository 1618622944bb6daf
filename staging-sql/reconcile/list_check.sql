create view reconcile.list_check as
with own as (
  select i.workspace_id_code, i.target_type, i.target_key, i.target_id, i.origin
  from load.identity i
  -- Only a workspace that was looked at says anything.
  where exists (select from reconcile.observation o where o.workspace_id_code = i.workspace_id_code)
), marked as (
  -- Conversations with the marker of one of ours in their opening that we did not record: at a time that a creation of ours sent, a second one of ours.
  select o.workspace_id_code, o.target_id, o.facts,
    regexp_replace(o.facts ->> 'marker', '^itop[A-Za-z_]+', '') as marker_id
  from reconcile.observation o
  where o.object_type = 'conversation' and o.facts ->> 'marker' is not null
    and not exists (
      select from load.identity i
      where i.workspace_id_code = o.workspace_id_code and i.target_type = 'conversation' and i.target_id = o.target_id)
    and not exists (
      select from load.withdrawn_identity w
      where w.workspace_id_code = o.workspace_id_code and w.target_type = 'conversation' and w.target_id = o.target_id)
), doubled as (
  select c.workspace_id_code, c.target_key, string_agg(m.target_id, ' ' order by m.target_id) as others,
    bool_or(m.facts ->> 'createdAt' = o.facts ->> 'createdAt' or exists (
      -- The ticket had another time in iTop when a lost creation was sent.
      select from load.journal j
      where j.workspace_id_code = c.workspace_id_code and j.target_type = 'conversation' and j.target_key = c.target_key
        and j.operation = 'createConversation' and j.payload ->> 'created_at' = m.facts ->> 'createdAt')) as is_ours
  from own c
  join reconcile.observation o
    on o.workspace_id_code = c.workspace_id_code and o.object_type = 'conversation' and o.target_id = c.target_id
  join marked m on m.workspace_id_code = c.workspace_id_code and m.facts ->> 'marker' = o.facts ->> 'marker'
  where c.target_type = 'conversation'
  group by c.workspace_id_code, c.target_key
), unknown as (
  -- Made by a creation that the load gave up as without effect.
  select j.workspace_id_code, j.target_key, string_agg(distinct m.target_id, ' ' order by m.target_id) as target_ids
  from load.journal j
  join marked m on m.workspace_id_code = j.workspace_id_code
    and m.facts ->> 'createdAt' = j.payload ->> 'created_at' and position(m.facts ->> 'marker' in j.payload ->> 'body') > 0
  where j.operation = 'createConversation' and j.sent_at is not null
    and not exists (
      select from load.identity i
      where i.workspace_id_code = j.workspace_id_code and i.target_type = 'conversation' and i.target_key = j.target_key)
  group by j.workspace_id_code, j.target_key
), differing as (
  select f.workspace_id_code, f.target_type, f.target_key,
    string_agg(f.field || ': ' || coalesce(f.written #>> '{}', ''), '; ' order by f.field) filter (where is_different) as expected,
    string_agg(f.field || ': ' || coalesce(f.present #>> '{}', ''), '; ' order by f.field) filter (where is_different) as actual
  from reconcile.field_now f
  group by f.workspace_id_code, f.target_type, f.target_key
), proven as (
  select workspace_id_code, phase, target_key from reconcile.verdict
  where field = '' and verdict = 'passed' and evidence in ('response', 'fresh_read') and check_name in ('contact', 'company', 'tag', 'custom_object_instance', 'collection', 'article')
)
select
  i.workspace_id_code, p.phase, i.target_type as object_type, i.target_key,
  'read back: ' || i.target_type || ' is listed' as check_name,
  i.target_id as expected,
  case when o.target_id is null then 'missing' else i.target_id end as actual,
  o.target_id is not null as is_passed,
  case when o.target_id is null then 'missing' end as reason_code,
  false as needs_fields
from own i
join reconcile.phase p on p.target_type = i.target_type
left join reconcile.observation o
  on o.workspace_id_code = i.workspace_id_code and o.object_type = i.target_type and o.target_id = i.target_id
where i.target_type in ('conversation', 'contact', 'company', 'tag', 'custom_object_instance', 'collection', 'article')
union all
select i.workspace_id_code, 'conversations', 'conversation', i.target_key, 'read back: one conversation a ticket',
  i.target_id, concat_ws(' ', i.target_id, case when d.is_ours then d.others end),
  coalesce(not d.is_ours, true),
  case when d.is_ours then 'doubled' when d.others is not null then 'marker_in_foreign_text' end,
  false
from own i
left join doubled d on d.workspace_id_code = i.workspace_id_code and d.target_key = i.target_key
where i.target_type = 'conversation'
union all
select i.workspace_id_code, p.phase, i.target_type, i.target_key, 'read back: ' || i.target_type || ' is there once',
  i.target_id, concat_ws(' ', i.target_id, s.target_ids), s.target_ids is null, case when s.target_ids is not null then 'doubled' end,
  false
from own i
join reconcile.phase p on p.target_type = i.target_type
left join reconcile.surplus_object s
  on s.workspace_id_code = i.workspace_id_code and s.target_type = i.target_type and s.target_key = i.target_key
where i.target_type in ('contact', 'attribute', 'tag', 'custom_object_instance', 'collection', 'article')
union all
select u.workspace_id_code, 'conversations', 'conversation', u.target_key, 'read back: one conversation a ticket',
  null, u.target_ids, false, 'doubled', false
from unknown u
union all
-- Made by a call that the load gave up: nothing of that name is known.
select s.workspace_id_code, s.phase, s.target_type, s.target_key, 'read back: ' || s.target_type || ' is there once',
  null, s.target_ids, false, 'doubled', false
from reconcile.surplus_object s
where not exists (
  select from load.identity i
  where i.workspace_id_code = s.workspace_id_code and i.target_type = s.target_type and i.target_key = s.target_key)
union all
select i.workspace_id_code, 'conversations', 'conversation', i.target_key, 'read back: no part twice',
  '', (select string_agg(id, ' ') from jsonb_array_elements_text(o.facts -> 'surplusParts') as id),
  o.facts -> 'surplusParts' = '[]', case when o.facts -> 'surplusParts' <> '[]' then 'doubled' end,
  false
from own i
join reconcile.observation o
  on o.workspace_id_code = i.workspace_id_code and o.object_type = 'conversation' and o.target_id = i.target_id
where i.target_type = 'conversation' and o.facts ? 'surplusParts'
union all
select d.workspace_id_code, p.phase, d.target_type, d.target_key, 'read back: ' || d.target_type || ' fields',
  d.expected, d.actual, d.expected is null or v.target_key is not null,
  case when d.expected is null then null when v.target_key is not null then 'changed_later' else 'differs' end,
  true
from differing d
join reconcile.phase p on p.target_type = d.target_type
left join proven v on v.workspace_id_code = d.workspace_id_code and v.phase = p.phase and v.target_key = d.target_key
union all
select l.workspace_id_code, 'contact_companies', 'contact_company', l.target_key, 'read back: link is there',
  'linked', case when o.facts -> 'contactIds' ? c.target_id then 'linked' else 'missing' end,
  coalesce(o.facts -> 'contactIds' ? c.target_id, false),
  case when not coalesce(o.facts -> 'contactIds' ? c.target_id, false) then 'missing' end,
  true
from own l
join own c on c.workspace_id_code = l.workspace_id_code and c.target_type = 'contact' and c.target_key = split_part(l.target_key, '/', 1)
left join reconcile.observation o
  on o.workspace_id_code = l.workspace_id_code and o.object_type = 'company' and o.target_id = l.target_id
where l.target_type = 'contact_company';

comment on view reconcile.list_check is 'One row per thing that the tool wrote and check that the lists of the workspace answer (reconcile.observation): is it there, is it there once, are its fields and links as written.';
comment on column reconcile.list_check.is_passed is 'True also for what was proven right when it was written and was changed later: its reason says so.';
comment on column reconcile.list_check.needs_fields is 'Asked from the level "facts" on.';
comment on column reconcile.list_check.workspace_id_code is 'Workspace that was looked at.';
comment on column reconcile.list_check.phase is 'Loader phase that wrote the thing.';
comment on column reconcile.list_check.object_type is 'Kind of thing.';
comment on column reconcile.list_check.target_key is 'The thing by our grammar.';
comment on column reconcile.list_check.check_name is 'Name of the check.';
comment on column reconcile.list_check.expected is 'What the tool left.';
comment on column reconcile.list_check.actual is 'What the workspace held when it was looked at.';
comment on column reconcile.list_check.reason_code is 'Why it does not pass, or passes although it differs; null otherwise.';
