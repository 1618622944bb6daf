-- The parts of a conversation as they are planned, in their order, each with what the workspace says of its author. The workspace is the one whose
-- teammates were read last: the audit reads them. $1: key of the conversation; $2: JSON of the answer assumed of each probe that was not made.
with workspace as (
  select workspace_id_code from load.teammate order by seen_at desc limit 1
)
select p.target_key, p.item_key, p.part_type, p.author_kind, p.author_key, coalesce(c.name, t.name) as author, p.created_at,
       extract(epoch from p.created_at - m.written_at)::integer as shift_seconds, m.item_key is not null and m.written_at is null as has_no_time,
       p.body, p.attributed_body, p.body_format,
       (select exists (
          select from load.teammate m where m.workspace_id_code = w.workspace_id_code and lower(btrim(m.email)) = lower(btrim(t.email)) and t.email <> ''
        ) or exists (
          select from load.identity i where i.workspace_id_code = w.workspace_id_code and i.target_type = 'admin' and i.target_key = p.author_key)
        from workspace w) as is_teammate,
       (select coalesce(b.answer, $2::jsonb ->> a.probe) = 'yes'
        from workspace w
        cross join (select case when coalesce(c.email, '') <> '' then 'second_participant' else 'participant_without_email' end as probe) as a
        left join load.probe b on b.workspace_id_code = w.workspace_id_code and b.probe = a.probe) as can_join
from intercom.conversation_part p
left join intermediate.ticket_message m on m.item_key = p.item_key
left join intercom.contact c on c.target_key = p.author_key and p.author_kind = 'contact'
left join intercom.teammate t on t.target_key = p.author_key and p.author_kind = 'teammate'
where p.conversation_key = $1
order by p.position
