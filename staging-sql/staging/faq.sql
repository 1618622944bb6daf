create view staging.faq as
select
  o.source_key as faq_key,
  o.version_id as raw_version,
  staging.reference('FAQCategory', f.category_id) as category_key,
  nullif(btrim(f.category_name), '') as category_name,
  nullif(btrim(regexp_replace(f.title, '[[:cntrl:][:space:]]+', ' ', 'g')), '') as title,
  nullif(btrim(f.summary), '') as summary,
  nullif(btrim(f.error_code), '') as error_code,
  nullif(btrim(f.key_words), '') as key_words,
  nullif(btrim(f.domains), '') as domains,
  coalesce(f.description, '') as description,
  staging.body_hash('html', coalesce(f.description, '')) as source_hash,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (
  title text, summary text, description text, category_id text, category_name text, error_code text, key_words text, domains text)
where o.root_class = 'FAQ';

comment on view staging.faq is 'One row per FAQ article, as last seen in iTop.';
comment on column staging.faq.faq_key is 'Source key of the article: FAQ::id.';
comment on column staging.faq.category_key is 'FAQCategory::id; null where it has none.';
comment on column staging.faq.category_name is 'Name of the category.';
comment on column staging.faq.title is 'Question or headline, on one line.';
comment on column staging.faq.summary is 'Short text; null where empty.';
comment on column staging.faq.error_code is 'Error code that the article explains.';
comment on column staging.faq.key_words is 'Words by which it is found.';
comment on column staging.faq.domains is 'Codes of the tags that iTop sorts it by; null where it has none.';
comment on column staging.faq.description is 'The text, as HTML.';
comment on column staging.faq.source_hash is 'SHA-256 over format and text: key of ops.rendered_body.';
