-- What the simulated workspace holds (pg_temp.dumped) against the workload (intercom.*), by SQL that shares nothing with the
-- loader. Rows that should not be: check_name, record_key, expected, actual.
with conversation as (
  select object ->> 'id' as id, object, object -> 'source' ->> 'body' as opening
  from pg_temp.dumped where object ->> 'type' = 'conversation'
), part as (
  select c.id as conversation_id, p.value ->> 'id' as id, p.place, p.value ->> 'part_type' as part_type,
    (p.value ->> 'created_at')::bigint as created_at, p.value -> 'author' ->> 'id' as author_id,
    pg_temp.plain(p.value ->> 'body') as text, p.value -> 'attachments' as attachments
  from conversation c
  cross join lateral jsonb_array_elements(c.object -> 'conversation_parts' -> 'conversation_parts') with ordinality p (value, place)
  where coalesce(p.value ->> 'body', '') <> '' or jsonb_array_length(p.value -> 'attachments') > 0
), contact as (
  select object ->> 'id' as id, object, object -> 'custom_attributes' ->> 'itop_source_key' as key
  from pg_temp.dumped where object ->> 'type' = 'contact'
), company as (
  select object ->> 'id' as id, object, object ->> 'company_id' as company_id
  from pg_temp.dumped where object ->> 'type' = 'company'
), admin as (
  select object ->> 'id' as id, lower(object ->> 'email') as email from pg_temp.dumped where object ->> 'type' = 'admin'
), team as (
  select object ->> 'id' as id, lower(object ->> 'name') as name from pg_temp.dumped where object ->> 'type' = 'team'
), agent as (
  select t.target_key, a.id from intercom.teammate t join admin a on a.email = lower(t.email)
), ticket as (
  select t.*, c.id, c.object, c.opening from intercom.conversation t join conversation c on position(t.marker in c.opening) > 0
), wanted_part as (
  select p.target_key, t.id as conversation_id, p.position, p.part_type, extract(epoch from p.created_at)::bigint as created_at,
    case when p.author_kind = 'contact' then k.id else coalesce(a.id, (select min(id) from admin)) end as author_id,
    case
      when p.body_format = 'text' then pg_temp.folded(body.text)
      else pg_temp.plain(body.text) end as text
  from intercom.conversation_part p
  join ticket t on t.target_key = p.conversation_key
  left join contact k on k.key = p.author_key
  left join agent a on a.target_key = p.author_key
  cross join lateral (
    select case when p.author_kind = 'contact' or a.id is not null then p.body else coalesce(p.attributed_body, p.body) end as text
  ) body
), matched as (
  select w.*, h.id, h.place, count(h.id) over (partition by w.target_key) as found
  from wanted_part w
  left join part h on h.conversation_id = w.conversation_id and h.created_at = w.created_at and h.text = w.text
    and h.author_id = w.author_id
    and case when w.part_type = 'note' then h.part_type = 'note' else h.part_type in ('comment', 'open') end
), in_order as (
  select *, row_number() over (partition by conversation_id order by position) as wanted_place,
    row_number() over (partition by conversation_id order by place) as held_place
  from matched where id is not null
), file as (
  select f.target_key, f.file_name, f.byte_size, t.id as conversation_id,
    ceil(f.byte_size / 3.0) * 4 > $1::bigint as is_too_big
  from intercom.conversation_part_file f join ticket t on t.target_key = f.conversation_key
), held_file as (
  select p.conversation_id, a.value ->> 'name' as name, (a.value ->> 'filesize')::bigint as size
  from part p cross join lateral jsonb_array_elements(p.attachments) a
), judged (check_name, record_key, expected, actual) as (
  select 'one conversation a ticket', t.target_key, '1', count(c.id)::text
  from intercom.conversation t left join conversation c on position(t.marker in c.opening) > 0 group by t.target_key
  union all
  select 'no other conversation', 'all', (select count(*)::text from intercom.conversation), (select count(*)::text from conversation)
  union all
  select 'opening', target_key, pg_temp.folded(body), pg_temp.plain(opening) from ticket
  union all
  select 'time of the opening', target_key, extract(epoch from created_at)::bigint::text, object ->> 'created_at' from ticket
  union all
  select 'contact', t.target_key, t.contact_key, k.key
  from ticket t left join contact k on k.id = t.object -> 'source' -> 'author' ->> 'id'
  union all
  select 'title', target_key, title, object ->> 'title' from ticket
  union all
  select 'state', target_key, state, object ->> 'state' from ticket
  union all
  select 'snoozed until', target_key, extract(epoch from snoozed_until)::bigint::text, object ->> 'snoozed_until' from ticket
  union all
  select 'company', t.target_key, c.company_id, t.object -> 'company' ->> 'company_id'
  from ticket t left join intercom.company c on c.target_key = t.company_key
  union all
  select 'attributes', target_key, 'true', (object -> 'custom_attributes' @> custom_attributes)::text from ticket
  union all
  select 'assignee', t.target_key, a.id, t.object ->> 'admin_assignee_id'
  from ticket t left join agent a on a.target_key = t.assignee_key
  union all
  select 'team', t.target_key, case when t.state = 'closed' and a.id is not null then null else m.id end, t.object ->> 'team_assignee_id'
  from ticket t left join agent a on a.target_key = t.assignee_key left join team m on m.name = lower(t.team_name)
  union all
  select distinct 'one part an entry', target_key, '1', found::text from matched
  union all
  select 'order of parts', target_key, wanted_place::text, held_place::text from in_order
  union all
  -- Besides the entries there are only the files of openings and the notes on files that are too big.
  select 'no other part', p.conversation_id || ' ' || p.text, '0', '1'
  from part p where not exists (select from matched m where m.id = p.id) and p.text not like 'Files%'
  union all
  select 'one file an attachment', f.target_key, '1', count(h.name)::text
  from file f left join held_file h on h.conversation_id = f.conversation_id and h.name = f.file_name and h.size = f.byte_size
  where not f.is_too_big group by f.target_key
  union all
  select 'a note on a file too big', f.target_key, '1', count(p.id)::text
  from file f left join part p on p.conversation_id = f.conversation_id and p.part_type = 'note' and position(f.file_name in p.text) > 0
  where f.is_too_big group by f.target_key
  union all
  select 'no other file', 'all', (select count(*)::text from file where not is_too_big), (select count(*)::text from held_file)
  union all
  select 'tags', t.target_key, n.names, h.names
  from ticket t
  left join lateral (
    select string_agg(g.name, ' ' order by g.name) as names
    from intercom.conversation_tag x join intercom.tag g on g.target_key = x.tag_key where x.conversation_key = t.target_key
  ) n on true
  left join lateral (
    select string_agg(g.value ->> 'name', ' ' order by g.value ->> 'name') as names
    from jsonb_array_elements(t.object -> 'tags' -> 'tags') g
  ) h on true
  union all
  select 'relation', r.target_key, n.ids, h.ids
  from intercom.conversation_relation r
  join ticket t on t.target_key = r.conversation_key
  left join lateral (
    select string_agg(i.external_id, ' ' order by i.external_id) as ids
    from intercom.custom_object_instance i where i.target_key = any (r.instance_keys)
  ) n on true
  left join lateral (
    select string_agg(i.value ->> 'external_id', ' ' order by i.value ->> 'external_id') as ids
    from jsonb_array_elements(t.object -> 'custom_attributes' -> r.attribute -> 'instances') i
  ) h on true
  union all
  select 'one contact a person', p.target_key, '1', count(k.id)::text
  from intercom.contact p
  left join contact k on k.key = p.target_key and k.object ->> 'name' = p.name
    and k.object ->> 'email' is not distinct from p.email and k.object ->> 'external_id' is not distinct from p.external_id
  group by p.target_key
  union all
  select 'no other contact', 'all', (select count(*)::text from intercom.contact), (select count(*)::text from contact)
  union all
  select 'one company an organization', o.target_key, '1', count(c.id)::text
  from intercom.company o left join company c on c.company_id = o.company_id and c.object ->> 'name' = o.name
  group by o.target_key
  union all
  select 'no other company', 'all', (select count(*)::text from intercom.company), (select count(*)::text from company)
  union all
  select 'link', l.target_key, '1', count(k.id)::text
  from intercom.contact_company l
  join intercom.company o on o.target_key = l.company_key
  join company c on c.company_id = o.company_id
  left join contact k on k.key = l.contact_key and k.object -> 'company_ids' ? c.id
  group by l.target_key
  union all
  select 'one instance', i.target_key, '1', count(d.object)::text
  from intercom.custom_object_instance i
  left join pg_temp.dumped d on d.object ->> 'type' = 'custom_object_instance' and d.object ->> 'external_id' = i.external_id
    and d.object -> 'custom_attributes' @> i.custom_attributes
  group by i.target_key
  union all
  select 'one collection', c.target_key, '1', count(d.object)::text
  from intercom.collection c
  left join intercom.collection above on above.target_key = c.parent_key
  left join pg_temp.dumped d on d.object ->> 'type' = 'collection' and d.object ->> 'name' = c.name
    and above.name is not distinct from (
      select u.object ->> 'name' from pg_temp.dumped u
      where u.object ->> 'type' = 'collection' and u.object ->> 'id' = d.object ->> 'parent_id')
  group by c.target_key
  union all
  select 'one article', a.target_key, '1', count(d.object)::text
  from intercom.article a
  left join pg_temp.dumped d on d.object ->> 'type' = 'article' and d.object ->> 'title' = a.title
    and d.object ->> 'state' = a.state and pg_temp.plain(d.object ->> 'body') = pg_temp.plain(a.body)
  group by a.target_key
  union all
  select 'one tag', g.target_key, '1', count(d.object)::text
  from intercom.tag g left join pg_temp.dumped d on d.object ->> 'type' = 'tag' and d.object ->> 'name' = g.name
  group by g.target_key
  union all
  select 'one attribute', a.target_key, '1', count(d.object)::text
  from intercom.attribute a
  left join pg_temp.dumped d on d.object ->> 'name' = a.name
    and case when a.model = 'conversation' then d.object ->> 'type' = 'conversation_attribute'
             else d.object ->> 'type' = 'data_attribute' and d.object ->> 'model' = a.model end
  group by a.target_key
)
select check_name, record_key, expected, actual
from judged
where expected is distinct from actual
order by check_name, record_key;
