select r.target_key as record_key, 'an instance that is loaded' as expected, k.key as actual
from intercom.conversation_relation r
cross join lateral unnest(r.instance_keys) as k (key)
where k.key not in (select target_key from intercom.custom_object_instance)
