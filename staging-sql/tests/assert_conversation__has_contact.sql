-- Somebody must open a conversation.
select c.target_key as record_key, 'a contact in intercom.contact' as expected, coalesce(c.contact_key, '(none)') as actual
from intercom.conversation c
left join intercom.contact k on k.target_key = c.contact_key
where k.target_key is null
