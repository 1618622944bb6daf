-- How many conversations begin in which month, and in which state do they arrive?
select date_trunc('month', created_at) as month, state, count(*) as conversations
from intercom.conversation
group by 1, 2
order by 1, 2;
