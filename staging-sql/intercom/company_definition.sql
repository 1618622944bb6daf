create view intercom.company_definition as
with coded as (
  select o.*, count(*) over (partition by lower(o.code)) as same_code_count
  from staging.organization o
), shaped as (
  select
    o.organization_key as target_key,
    o.organization_key as source_key,
    o.raw_version,
    case when o.code is not null and o.same_code_count = 1 and d.value is distinct from 'own' then o.code
      else 'itop-organization-' || split_part(o.organization_key, '::', 2) end as company_id,
    coalesce(nullif(btrim(intermediate.without_itop_addresses(o.name)), ''), o.organization_key) as name,
    jsonb_strip_nulls(jsonb_build_object(
      'itop_organization_key', o.organization_key,
      'itop_parent_organization', left(intermediate.without_itop_addresses(p.parent_name), 255),
      'itop_path', left(intermediate.without_itop_addresses(p.path), 255),
      'itop_level', p.level::text)) || coalesce(a.attributes, '{}') as custom_attributes
  from coded o
  join intermediate.organization_path p on p.organization_key = o.organization_key
  left join ops.decision d on d.kind = 'company_id' and d.key = o.organization_key
  left join (
    select source_key, jsonb_object_agg(target_name, target_value) as attributes
    from intermediate.custom_attribute where target_model = 'company' and target_value is not null group by source_key
  ) a on a.source_key = o.organization_key
)
select shaped.*, sha256(convert_to(jsonb_build_array(company_id, name, custom_attributes)::text, 'UTF8')) as payload_hash
from shaped;

comment on view intercom.company_definition is 'One row per company to be loaded (rules C1, C2).';
comment on column intercom.company_definition.target_key is 'The organization''s source key.';
comment on column intercom.company_definition.company_id is 'The organization''s code where present, unique and not decided otherwise, else itop-organization-<id>. Frozen once used.';
comment on column intercom.company_definition.custom_attributes is 'Custom attributes by name.';
comment on column intercom.company_definition.payload_hash is 'SHA-256 over what is sent, with source keys in place of Intercom''s ids.';
comment on column intercom.company_definition.name is 'Name in iTop; the source key where it has none.';
