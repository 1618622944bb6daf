-- Every body that is sent was rendered in the present version.
select m.item_key as record_key, 'a row in ops.rendered_body' as expected, 'none' as actual
from intermediate.thread_message m
cross join ops.setting s
left join ops.rendered_body r on r.source_hash = m.source_hash and r.renderer_version = s.renderer_version
where not m.is_empty and r.source_hash is null
