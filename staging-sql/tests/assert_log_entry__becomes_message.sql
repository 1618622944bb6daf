-- Every entry of a ticket in scope is a message of its thread.
select e.item_key as record_key, 'a message' as expected, 'none' as actual
from staging.log_entry e
join intermediate.ticket t on t.ticket_key = e.source_key
left join intermediate.ticket_message m on m.item_key = e.item_key
where e.log in ('public_log', 'private_log') and m.item_key is null
