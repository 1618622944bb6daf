-- A contact who wrote must be there to write.
select p.target_key as record_key, 'a contact in intercom.contact' as expected, coalesce(p.author_key, '(none)') as actual
from intercom.conversation_part p
left join intercom.contact k on k.target_key = p.author_key
where p.author_kind = 'contact' and k.target_key is null
