-- Pending tickets sleep until a date: the configuration must name it (rule K3).
select c.target_key as record_key, 'snooze.until in the configuration' as expected, 'no date' as actual
from intercom.conversation c
where c.state = 'snoozed' and c.snoozed_until is null
