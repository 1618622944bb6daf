select target_key as record_key, 'a collection that is loaded' as expected, collection_key as actual
from intercom.article
where collection_key is not null and collection_key not in (select target_key from intercom.collection)
