-- A text that was not rendered would be loaded as an empty article.
select a.target_key as record_key, 'text of the article' as expected, 'none' as actual
from intercom.article a
join staging.faq f on f.faq_key = a.source_key
where not exists (
  select from ops.rendered_body r where r.source_hash = f.source_hash
    and r.renderer_version = (select renderer_version from ops.setting))
