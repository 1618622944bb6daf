-- Every entry with text is a part of its conversation.
select m.item_key as record_key, 'a part' as expected, 'none' as actual
from intermediate.ticket_message m
cross join ops.setting s
left join ops.rendered_body r on r.source_hash = m.source_hash and r.renderer_version = s.renderer_version
left join intermediate.folded_message f on f.item_key = m.item_key
left join intercom.conversation_part p on p.item_key = coalesce(f.transcript_key, m.item_key)
where m.kind <> 'opening' and not m.is_empty and p.item_key is null and coalesce(btrim(r.text), 'not rendered') <> ''
