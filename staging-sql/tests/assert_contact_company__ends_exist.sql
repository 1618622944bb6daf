-- Both ends of a link are loaded.
select l.target_key as record_key, 'a contact and a company' as expected,
  case when k.target_key is null then 'no contact' else 'no company' end as actual
from intercom.contact_company l
left join intercom.contact k on k.target_key = l.contact_key
left join intercom.company c on c.target_key = l.company_key
where k.target_key is null or c.target_key is null
