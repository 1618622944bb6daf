create view handoff.collection_plan as
select
  c.faq_category_key,
  c.name as category,
  c.name as collection,
  count(a.faq_key) as articles,
  count(*) filter (where a.length in ('empty', 'short')) as short_articles,
  case when count(a.faq_key) = 0 then 'empty: drop the collection'
       when count(a.faq_key) < 3 then 'small: consider merging it with another'
       else 'keep' end as proposal
from staging.faq_category c
left join staging.faq f on f.category_key = c.faq_category_key
left join handoff.article_review a on a.faq_key = f.faq_key
group by c.faq_category_key, c.name;

comment on view handoff.collection_plan is 'One row per FAQ category: the collection it becomes and what it holds.';
comment on column handoff.collection_plan.proposal is 'To be decided by a person.';
comment on column handoff.collection_plan.articles is 'Articles of the category.';
comment on column handoff.collection_plan.short_articles is 'Articles of the category under 100 words.';
