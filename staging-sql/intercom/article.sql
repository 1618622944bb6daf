create view intercom.article as
with shaped as (
  select
    f.faq_key as target_key,
    f.faq_key as source_key,
    f.raw_version,
    left(coalesce(intermediate.without_itop_addresses(f.title), f.faq_key), 255) as title,
    -- A link to iTop's picture opens without a login: its address never leaves (rule F1).
    regexp_replace(coalesce(r.html, ''), 'href="[^"]*(download_inlineimage|ajax\.document\.php|data-img-)[^"]*"', '', 'gi') as body,
    left(regexp_replace(intermediate.without_itop_addresses(f.summary), '\s+', ' ', 'g'), 255) as description,
    c.target_key as collection_key,
    'draft' as state
  from staging.faq f
  join intermediate.article_body b on b.faq_key = f.faq_key
  left join ops.rendered_body r on r.source_hash = b.source_hash
    and r.renderer_version = (select renderer_version from ops.setting)
  left join intercom.collection c on c.target_key = f.category_key
)
select shaped.*, sha256(convert_to(jsonb_build_array(title, body, description, collection_key, state)::text, 'UTF8')) as payload_hash
from shaped;

comment on view intercom.article is 'One row per article of the help centre to be loaded, as a draft until somebody has reviewed it (rule F1).';
comment on column intercom.article.target_key is 'The FAQ''s source key.';
comment on column intercom.article.title is 'Headline, cut at 255 characters.';
comment on column intercom.article.body is 'HTML; the place of each picture is marked, the picture itself is handed off.';
comment on column intercom.article.description is 'Summary on one line; null where there is none.';
comment on column intercom.article.collection_key is 'Collection of its category; null where it has none.';
comment on column intercom.article.state is 'draft, always.';
comment on column intercom.article.payload_hash is 'SHA-256 over what is sent.';
