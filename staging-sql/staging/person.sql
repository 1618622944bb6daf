create view staging.person as
with source as (
  select o.source_key, o.version_id, o.observed_at, f.*
  from staging.usable_object o
  cross join lateral jsonb_to_record(o.payload) as f (
    name text, first_name text, friendlyname text, status text, org_id text, email text, phone text)
  where o.root_class = 'Contact' and o.final_class = 'Person'
)
select
  source_key as person_key,
  version_id as raw_version,
  staging.reference('Organization', org_id) as organization_key,
  btrim(regexp_replace(friendlyname, '\s+', ' ', 'g')) as full_name,
  email as email_as_given,
  ops.email_address(email) as email_address,
  ops.email_address(email) ~ '^[^@\s<>"(),;:\\\[\]]+@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$' as is_email_valid,
  nullif(btrim(phone), '') as phone,
  status,
  status = 'active' as is_active,
  observed_at
from source;

comment on view staging.person is 'One row per person, as last seen in iTop.';
comment on column staging.person.person_key is 'Source key of the person: Contact::id.';
comment on column staging.person.organization_key is 'Organization the person belongs to.';
comment on column staging.person.full_name is 'Friendly name (first and last), white space collapsed.';
comment on column staging.person.email_as_given is 'The address as iTop holds it; empty string where none.';
comment on column staging.person.email_address is 'Trimmed and lower-cased: the key of deduplication (rule P1).';
comment on column staging.person.is_email_valid is 'False for empty and impossible addresses (rules P2, P5).';
comment on column staging.person.phone is 'Telephone number; null where empty.';
comment on column staging.person.is_active is 'False for persons marked inactive or obsolete in iTop.';
comment on column staging.person.status is 'iTop status: active, inactive.';
