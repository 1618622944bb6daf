-- A file that came with something private is seen by teammates only (rule A1).
select f.target_key as record_key, 'on a note' as expected, p.part_type as actual
from intermediate.attachment_place a
join intermediate.ticket_message m on m.item_key = a.item_key and m.is_private
join intercom.conversation_part_file f on f.target_key = a.attachment_key
left join intercom.conversation_part p on p.target_key = f.part_key
where p.part_type is distinct from 'note'
