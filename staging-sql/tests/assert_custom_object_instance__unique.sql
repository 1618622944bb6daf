select type_identifier || ' ' || external_id as record_key, '1' as expected, count(*)::text as actual
from intercom.custom_object_instance
group by type_identifier, external_id
having count(*) > 1
