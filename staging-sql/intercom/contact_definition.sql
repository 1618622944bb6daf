create view intercom.contact_definition as
with attribute as (
  select source_key, jsonb_object_agg(target_name, target_value) as attributes
  from intermediate.custom_attribute
  where target_model = 'contact' and target_value is not null
  group by source_key
), person as (
  -- Two loaded contacts whose persons came to share an address stay two: the one that had it keeps it.
  select
    p.*,
    p.is_email_valid and row_number() over (
      partition by p.is_email_valid, p.email_address
      order by coalesce(g.email_address = p.email_address, false) desc, split_part(p.person_key, '::', 2)::bigint
    ) = 1 as has_email
  from intermediate.person p
  join intermediate.contact_decision d on d.person_key = p.person_key and d.survivor_key = p.person_key and d.is_loaded
  left join ops.contact_group g on g.person_key = p.person_key
), shaped as (
  select
    p.person_key as target_key,
    p.person_key as source_key,
    p.raw_version,
    'user' as role,
    case when p.has_email then p.email_address end as email,
    case when not coalesce(p.has_email, false) then 'itop-contact-' || split_part(p.person_key, '::', 2) end as external_id,
    coalesce(nullif(intermediate.without_itop_addresses(p.full_name), ''), p.person_key) as name,
    intermediate.without_itop_addresses(p.phone) as phone,
    jsonb_build_object('itop_source_key', p.person_key)
      || case when not coalesce(p.has_email, false) and p.email_address <> ''
           then jsonb_build_object('itop_email', left(intermediate.without_itop_addresses(p.email_as_given), 255)) else '{}' end
      || coalesce(a.attributes, '{}') as custom_attributes
  from person p
  left join attribute a on a.source_key = p.person_key
  union all
  select
    h.contact_key,
    h.organization_key,
    o.raw_version,
    'user',
    null,
    'itop-' || lower(replace(replace(h.contact_key, '::', '-'), '#', '-')),
    'Unknown caller' || coalesce(' (' || intermediate.without_itop_addresses(o.name) || ')', ''),
    null,
    jsonb_build_object('itop_source_key', h.contact_key)
  from intermediate.placeholder_caller h
  left join staging.organization o on o.organization_key = h.organization_key
)
select shaped.*, sha256(convert_to(jsonb_build_array(email, external_id, name, phone, custom_attributes)::text, 'UTF8')) as payload_hash
from shaped;

comment on view intercom.contact_definition is 'One row per contact to be loaded: one per e-mail address, one per person without a valid one, one placeholder per organization with tickets of no caller (rules P1, P2, P5, K8).';
comment on column intercom.contact_definition.target_key is 'The surviving person''s source key, or Organization::id#placeholder.';
comment on column intercom.contact_definition.email is 'Lower-case address; null where none or not valid.';
comment on column intercom.contact_definition.external_id is 'Only where there is no valid address.';
comment on column intercom.contact_definition.role is 'Always user: leads can be doubled and are hard to find again.';
comment on column intercom.contact_definition.source_key is 'The surviving person, or the organization of a placeholder.';
comment on column intercom.contact_definition.raw_version is 'Version in raw.object of the person, or of the organization of a placeholder.';
comment on column intercom.contact_definition.name is 'Full name; the source key where there is none.';
comment on column intercom.contact_definition.phone is 'Telephone number; null where there is none.';
comment on column intercom.contact_definition.custom_attributes is 'Custom attributes by name.';
comment on column intercom.contact_definition.payload_hash is 'SHA-256 over what is sent, with source keys in place of Intercom''s ids.';
