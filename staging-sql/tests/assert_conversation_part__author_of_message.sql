-- A part is by whom its message is by.
select
  p.target_key as record_key,
  concat_ws(' ', m.author_kind, coalesce(m.author_key, '(fallback)')) as expected,
  concat_ws(' ', p.author_kind, coalesce(p.author_key, '(fallback)')) as actual
from intercom.conversation_part p
join intermediate.thread_part m on m.item_key = p.item_key
where (p.author_kind, p.author_key) is distinct from (m.author_kind, m.author_key)
