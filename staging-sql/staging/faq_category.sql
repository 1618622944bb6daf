create view staging.faq_category as
select
  o.source_key as faq_category_key,
  o.version_id as raw_version,
  coalesce(nullif(btrim(o.payload ->> 'name'), ''), o.source_key) as name,
  o.observed_at
from staging.usable_object o
where o.root_class = 'FAQCategory';

comment on view staging.faq_category is 'One row per category of FAQ articles, as last seen in iTop.';
comment on column staging.faq_category.faq_category_key is 'Source key of the category: FAQCategory::id.';
comment on column staging.faq_category.name is 'Name; the key where it has none.';
