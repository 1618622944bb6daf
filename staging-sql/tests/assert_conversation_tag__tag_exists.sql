select target_key as record_key, 'a tag of intercom.tag' as expected, tag_key as actual
from intercom.conversation_tag
where tag_key not in (select target_key from intercom.tag)
