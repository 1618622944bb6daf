-- What is not in Intercom that was to be, and why?
select item_key, class, disposition, reason
from reconcile.disposition
where disposition in ('failed', 'blocked', 'pending')
order by class, item_key
limit 100;
