-- Every value that is HTML by the data model was rendered in the present version: else its attribute would be missing.
select o.source_key || '#' || o.attribute as record_key, 'a row in ops.rendered_body' as expected, 'none' as actual
from intermediate.object_html o
cross join ops.setting s
left join ops.rendered_body r on r.source_hash = o.source_hash and r.renderer_version = s.renderer_version
where r.source_hash is null
