-- How does one ticket look as a conversation? (take any ref)
select p.position, p.created_at, p.part_type, p.author_kind, left(p.body, 80) as beginning
from staging.ticket t
join intercom.conversation_part p on p.conversation_key = t.ticket_key
where t.ref = (select min(ref) from staging.ticket)
order by p.position;
