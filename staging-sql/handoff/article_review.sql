create view handoff.article_review as
with counted as (
  select
    f.*,
    t.picture_count,
    coalesce(t.word_count, 0) as word_count,
    t.length,
    coalesce(t.loss_count, 0) as loss_count
  from staging.faq f
  left join intermediate.article_text t on t.faq_key = f.faq_key
)
select
  faq_key,
  title,
  category_name,
  word_count,
  length,
  coalesce(picture_count, 0) as picture_count,
  loss_count,
  error_code,
  key_words,
  domains,
  concat_ws('; ',
    case length
      when 'empty' then 'empty: write it or drop it'
      when 'short' then 'short (under 100 words): merge it with another, or add to it'
      when 'long' then 'long (over 500 words): split it'
    end,
    case when picture_count > 0 then 'put the pictures back at the marked places' end,
    case when category_name is null then 'has no category: choose a collection' end,
    case when error_code is not null or key_words is not null or domains is not null
         then 'error code, key words and domains have no field: work them into the text' end) as review
from counted;

comment on view handoff.article_review is 'One row per FAQ: what a person should look at before the draft is published (rule F1).';
comment on column handoff.article_review.word_count is 'Words of the visible text; marks of pictures are none.';
comment on column handoff.article_review.length is 'empty, short, long or right, by its words (intermediate.article_text); null where it becomes no article.';
comment on column handoff.article_review.loss_count is 'Things that did not come along when the text was rendered.';
comment on column handoff.article_review.review is 'What to do; empty where only a reading is needed.';
comment on column handoff.article_review.picture_count is 'Pictures in the text.';
