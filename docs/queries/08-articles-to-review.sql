-- Which articles need work before they are published?
select faq_key, title, category_name, word_count, picture_count, review
from handoff.article_review
where review <> ''
order by word_count, faq_key;
