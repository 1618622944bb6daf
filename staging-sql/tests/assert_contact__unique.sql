-- Intercom takes an address and an external id once.
select min(target_key) as record_key, 'one contact' as expected, count(*) || ' with ' || coalesce(email, external_id) as actual
from intercom.contact
group by coalesce(email, external_id)
having count(*) > 1
