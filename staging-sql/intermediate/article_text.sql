create view intermediate.article_text as
select
  b.faq_key,
  r.text,
  w.word_count,
  case
    when w.word_count = 0 then 'empty'
    when w.word_count < 100 then 'short'
    when w.word_count > 500 then 'long'
    when w.word_count is not null then 'right'
  end as length,
  coalesce(p.picture_count, 0) as picture_count,
  coalesce(jsonb_array_length(r.loss), 0) as loss_count
from intermediate.article_body b
left join ops.rendered_body r on r.source_hash = b.source_hash and r.renderer_version = (select renderer_version from ops.setting)
cross join lateral (select intermediate.word_count(r.text) as word_count where r.text is not null union all select null where r.text is null) as w
left join lateral (
  select count(*) as picture_count from jsonb_array_elements(r.reference) as e (reference) where e.reference ->> 'kind' like '%\_image'
) as p on true;

comment on view intermediate.article_text is 'One row per article that becomes one in Intercom: its text as a reader sees it, and what is counted of it. The one place that says how many words an article has and which are short or long (rule F1).';
comment on column intermediate.article_text.text is 'Visible text; null where it was not rendered yet.';
comment on column intermediate.article_text.word_count is 'Words of the visible text; null where it was not rendered yet.';
comment on column intermediate.article_text.length is 'empty, short (under 100 words), long (over 500 words) or right; null where it was not rendered yet.';
comment on column intermediate.article_text.picture_count is 'Pictures in the text: handed off as files, their places marked.';
comment on column intermediate.article_text.loss_count is 'Things that did not come along when the text was rendered.';
