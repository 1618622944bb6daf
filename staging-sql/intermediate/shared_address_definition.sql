create view intermediate.shared_address_definition as
select person_key, email_address
from (
  select person_key, email_address, count(*) over (partition by email_address) as person_count
  from intermediate.person
  where is_email_valid
) as addressed
where person_count > 1;

comment on view intermediate.shared_address_definition is 'One row per person whose e-mail address another person has too. Materialised as intermediate.shared_address.';
comment on column intermediate.shared_address_definition.person_key is 'The person, Contact::id.';
comment on column intermediate.shared_address_definition.email_address is 'The valid address that several persons have.';
