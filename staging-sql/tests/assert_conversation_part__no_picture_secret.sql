-- The address of a pasted picture opens without a login: it must reach nobody (rule T8).
select p.target_key as record_key, 'no address of a pasted picture' as expected, substring(p.attributed_body from '.{0,40}(?:download_inlineimage|data-img-secret)') as actual
from intercom.conversation_part p
where p.attributed_body like '%download_inlineimage%' or p.attributed_body like '%data-img-secret%'
union all
select c.target_key, 'no address of a pasted picture', substring(concat(c.title, ' ', c.body, ' ', c.custom_attributes) from '.{0,40}(?:download_inlineimage|data-img-secret)')
from intercom.conversation c
where concat(c.title, ' ', c.body, ' ', c.custom_attributes) like '%download_inlineimage%' or concat(c.title, ' ', c.body, ' ', c.custom_attributes) like '%data-img-secret%'
