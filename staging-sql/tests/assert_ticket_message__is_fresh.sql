-- The materialised messages are what their definition says now: incremental equals full.
(select m.item_key as record_key, 'not in the definition' as expected, 'in the table' as actual
 from (table intermediate.ticket_message except table intermediate.ticket_message_definition) as m)
union all
(select d.item_key, 'in the definition', 'not in the table, or another row'
 from (table intermediate.ticket_message_definition except table intermediate.ticket_message) as d)
