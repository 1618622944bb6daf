create view intercom.collection as
select
  c.faq_category_key as target_key,
  c.faq_category_key as source_key,
  c.raw_version,
  intermediate.without_itop_addresses(c.name) as name,
  null::text as description,
  null::text as parent_key,
  sha256(convert_to(jsonb_build_array(intermediate.without_itop_addresses(c.name))::text, 'UTF8')) as payload_hash
from staging.faq_category c
join ops.mapping_class m on m.class = 'FAQCategory' and m.destination = 'collection';

comment on view intercom.collection is 'One row per collection of the help centre: FAQ categories, where the mapping sends them there (rule F1).';
comment on column intercom.collection.target_key is 'The category''s source key.';
comment on column intercom.collection.name is 'The category''s name.';
comment on column intercom.collection.description is 'None: categories in iTop have none.';
comment on column intercom.collection.parent_key is 'None: categories in iTop are flat.';
comment on column intercom.collection.payload_hash is 'SHA-256 over what is sent.';
