create view intercom.contact_company_definition as
select distinct
  d.survivor_key || '/' || p.organization_key as target_key,
  d.survivor_key as contact_key,
  p.organization_key as company_key
from intermediate.person p
join intermediate.contact_decision d on d.person_key = p.person_key and d.is_loaded
join staging.organization o on o.organization_key = p.organization_key
union
select organization_placeholder.target_key || '/' || organization_placeholder.source_key, organization_placeholder.target_key, organization_placeholder.source_key
from intercom.contact as organization_placeholder
join staging.organization o on o.organization_key = organization_placeholder.source_key
where organization_placeholder.target_key like '%#placeholder';

comment on view intercom.contact_company_definition is 'One row per contact and company it belongs to: all organizations of the persons merged into the contact (rule P1).';
comment on column intercom.contact_company_definition.target_key is 'Pair of contact and company.';
comment on column intercom.contact_company_definition.contact_key is 'Contact in intercom.contact.';
comment on column intercom.contact_company_definition.company_key is 'Company in intercom.company.';
