create view intermediate.person_ticket_count as
select caller_key as person_key, count(*) as ticket_count
from intermediate.ticket
where caller_key is not null
group by caller_key;

comment on view intermediate.person_ticket_count is 'One row per person who called: how many tickets in scope.';
comment on column intermediate.person_ticket_count.ticket_count is 'Tickets of which the person is the caller.';
comment on column intermediate.person_ticket_count.person_key is 'Person who asked.';
