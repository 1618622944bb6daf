-- No part is older than its conversation (rule T1).
select p.target_key as record_key, 'not before ' || c.created_at as expected, p.created_at::text as actual
from intercom.conversation_part p
join intercom.conversation c on c.target_key = p.conversation_key
where p.created_at < c.created_at
