-- By provenance: nothing built from a private source is a comment, whatever it was folded into (rules T2, T7).
select p.target_key as record_key, 'a note' as expected, p.part_type || ' from ' || m.item_key as actual
from intermediate.thread_message m
left join intermediate.folded_message f on f.item_key = m.item_key
join intercom.conversation_part p on p.item_key = coalesce(f.transcript_key, m.item_key)
where m.is_private and p.part_type <> 'note'
