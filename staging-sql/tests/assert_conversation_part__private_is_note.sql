-- What agents wrote among themselves is never a comment, and never by a contact (rules T2, T4).
select p.target_key as record_key, 'a note by a teammate' as expected, p.part_type || ' by ' || p.author_kind as actual
from intercom.conversation_part p
join intermediate.ticket_message m on m.item_key = p.item_key
where m.is_private and (p.part_type <> 'note' or p.author_kind <> 'teammate')
