create view intermediate.article_body as
select
  f.faq_key,
  f.source_hash,
  'html' as source_format,
  f.description as source
from staging.faq f
join ops.mapping_class m on m.class = 'FAQ' and m.destination = 'article';

comment on view intermediate.article_body is 'One row per article that becomes one in Intercom, with the text to be rendered.';
comment on column intermediate.article_body.source_format is 'html.';
comment on column intermediate.article_body.source is 'The text as iTop holds it.';
