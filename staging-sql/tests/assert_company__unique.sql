-- A company_id names one company (rule C1).
select min(target_key) as record_key, 'one company' as expected, count(*) || ' with ' || company_id as actual
from intercom.company
group by company_id
having count(*) > 1
