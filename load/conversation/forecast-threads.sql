-- What the threads of all conversations that are not complete cost in calls and bytes. Calls of each: creation, parts, new participants,
-- further files, tags, one update, assignments, closing. $1: workspace; $2: bytes of the largest file that fits into a request.
with part as (
  select p.conversation_key, count(*) as parts, sum(octet_length(p.body)) as bytes,
         count(distinct p.author_key) filter (where p.author_kind = 'contact' and p.author_key <> c.contact_key) as participants
  from intercom.conversation_part p
  join intercom.conversation c on c.target_key = p.conversation_key
  group by p.conversation_key
), file_of_part as (
  select f.conversation_key, f.part_key,
         count(*) filter (where f.byte_size <= $2) as files,
         sum(f.byte_size) filter (where f.byte_size <= $2) as bytes,
         bool_or(f.byte_size > $2) as has_too_big
  from intercom.conversation_part_file f where f.blob_hash is not null
  group by 1, 2
), file as (
  select f.conversation_key, sum(f.bytes) as bytes,
         bool_or(f.has_too_big)::integer + sum(case when exists (select from intercom.conversation_part p where p.target_key = f.part_key)
                  then greatest(ceil(f.files / 10.0) - 1, 0) else ceil(f.files / 10.0) end) as calls
  from file_of_part f group by 1
), tag as (
  select conversation_key, count(*) as tags from intercom.conversation_tag group by 1
), thread as (
  select 1 + coalesce(p.parts, 0) + coalesce(p.participants, 0) + coalesce(f.calls, 0) + coalesce(t.tags, 0) + 1
           + (o.assignee_key is not null)::integer
           + (o.team_name is not null and (o.state <> 'closed' or o.assignee_key is null))::integer
           + (o.state in ('closed', 'snoozed'))::integer as calls,
         coalesce(p.parts, 0) as parts,
         octet_length(o.body) + coalesce(p.bytes, 0) as text_bytes,
         coalesce(f.bytes, 0) * 4 / 3 as file_bytes
  from intercom.conversation o
  left join part p on p.conversation_key = o.target_key
  left join file f on f.conversation_key = o.target_key
  left join tag t on t.conversation_key = o.target_key
  where not exists (
    select from load.identity i
    where i.workspace_id_code = $1 and i.target_type = 'conversation_state' and i.target_key = o.target_key)
)
select count(*) as objects, coalesce(sum(calls), 0) as calls, coalesce(sum(text_bytes + file_bytes), 0)::bigint as bytes,
       coalesce(sum(text_bytes * (parts + 2) / 2 + calls * 1500), 0)::bigint as received,
       coalesce(max(calls), 0) as longest, coalesce(avg(calls), 0) as mean
from thread
