create view intercom.attribute as
select distinct on (a.target_model, a.target_name)
  a.target_model || '_attribute:' || a.target_name as target_key,
  a.target_model as model,
  a.target_name as name,
  a.data_type,
  'iTop ' || a.class || '.' || a.attribute as description
from ops.mapping_attribute a
where a.home = 'attribute' and a.target_model in ('contact', 'company', 'conversation')
union all
select 'contact_attribute:itop_source_key', 'contact', 'itop_source_key', 'string', 'Key of the person in iTop: shows that the migration created this contact'
union all
select 'contact_attribute:itop_email', 'contact', 'itop_email', 'string', 'Address in iTop that is not a valid one'
union all
select 'contact_attribute:itop_phone', 'contact', 'itop_phone', 'string', 'Phone number in iTop that Intercom refuses as one'
union all
select 'company_attribute:itop_organization_key', 'company', 'itop_organization_key', 'string', 'Key of the organization in iTop'
union all
select 'company_attribute:itop_parent_organization', 'company', 'itop_parent_organization', 'string', 'Organization above it in iTop'
union all
select 'company_attribute:itop_path', 'company', 'itop_path', 'string', 'Place in iTop''s tree of organizations'
union all
select 'company_attribute:itop_level', 'company', 'itop_level', 'string', 'Depth in iTop''s tree of organizations';

comment on view intercom.attribute is 'One row per custom attribute that must exist before the load.';
comment on column intercom.attribute.target_key is 'Model and name.';
comment on column intercom.attribute.model is 'contact, company or conversation.';
comment on column intercom.attribute.name is 'Name of the attribute in Intercom.';
comment on column intercom.attribute.data_type is 'string, integer, float, boolean or datetime.';
comment on column intercom.attribute.description is 'What it is filled from.';
