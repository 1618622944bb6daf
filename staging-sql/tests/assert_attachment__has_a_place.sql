-- Every file of a ticket in scope with bytes to send is on a part.
select a.attachment_key as record_key, 'a row in intercom.conversation_part_file' as expected, coalesce(a.placed_by, 'part of its own') as actual
from intermediate.attachment_place a
join intercom.conversation c on c.target_key = a.ticket_key
left join intercom.conversation_part_file f on f.target_key = a.attachment_key
where a.is_sendable and f.target_key is null
