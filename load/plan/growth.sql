-- Tickets opened, messages written and tickets changed in the last days before iTop was read last. $1: days.
with bound as (
  select max(observed_at) as upper_at from staging.ticket
)
select count(*) filter (where m.kind = 'opening') as tickets, count(*) as messages,
       (select count(*) from staging.ticket t cross join bound b
        where t.updated_at > b.upper_at - make_interval(days => $1)) as changed
from bound b
join intermediate.ticket_message m on m.written_at > b.upper_at - make_interval(days => $1) and m.written_at <= b.upper_at
