-- No ticket in scope disappears between staging and intercom.
select t.ticket_key as record_key, 'a row in intercom.conversation' as expected, 'status ' || coalesce(t.status, '(none)') as actual
from intermediate.ticket t
left join intercom.conversation c on c.target_key = t.ticket_key
where c.target_key is null
