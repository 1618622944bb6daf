-- Parts follow each other in time (rule T3).
select target_key as record_key, 'not before ' || previous_at as expected, created_at::text as actual
from (
  select target_key, created_at, lag(created_at) over (partition by conversation_key order by position) as previous_at
  from intercom.conversation_part
) as thread
where created_at < previous_at
