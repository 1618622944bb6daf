create view reconcile.private_run as
with source_text as (
  select p.ticket_key, p.item_key, p.is_private, r.text
  from intermediate.thread_part p
  join ops.rendered_body r on r.source_hash = p.source_hash
    and r.renderer_version = (select renderer_version from ops.setting)
  union all
  -- Callers read the title in iTop's portal: agents quote it in private too.
  select t.ticket_key, t.ticket_key || '#title', false, t.title
  from intermediate.ticket t
  where t.title <> ''
), shown as (
  select c.target_key, c.target_key as ticket_key, piece.place, piece.text
  from intercom.conversation c
  left join source_text o on o.ticket_key = c.target_key and o.item_key = c.target_key || '#description'
  cross join lateral (
    -- The opening stands whole in its source: what is left is what else was put there.
    select 'body' as place, replace(c.body, btrim(o.text), '') as text
    union all
    select 'title', c.title
    union all
    select a.key, a.value from jsonb_each_text(c.custom_attributes) as a
  ) as piece
  union all
  select p.target_key, p.conversation_key, 'body', regexp_replace(p.attributed_body, '^[^\n]* wrote in iTop:\n\n', '')
  from intercom.conversation_part p
  where p.part_type = 'comment'
), suspect as (
  -- What one public source holds whole, and what is shorter than a run, needs no closer look: that is nearly everything.
  select s.*, regexp_split_to_array(lower(btrim(s.text)), '[^[:alnum:]]+') as words
  from shown s
  where s.text ~ '(\w+\W+){7}\w' and not exists (
    select from source_text t where t.ticket_key = s.ticket_key and not t.is_private and strpos(t.text, s.text) > 0)
), public_text as (
  select ticket_key, string_agg(' ' || regexp_replace(lower(text), '[^[:alnum:]]+', ' ', 'g') || ' ', '|') as words
  from source_text
  where not is_private and ticket_key in (select ticket_key from suspect)
  group by ticket_key
), run as materialized (
  select s.target_key, s.ticket_key, s.place, n.number, array_to_string(s.words[n.number:n.number + 7], ' ') as words
  from suspect s
  cross join lateral generate_series(1, cardinality(s.words) - 7) as n (number)
), private_text as materialized (
  select ticket_key, item_key, regexp_split_to_array(lower(btrim(text)), '[^[:alnum:]]+') as words
  from source_text
  where is_private and ticket_key in (select ticket_key from suspect)
), private_words as materialized (
  -- Runs of both sides are made once and joined by their words: however few the planner expects, nothing is searched again and again.
  select t.ticket_key, t.item_key, array_to_string(t.words[n.number:n.number + 7], ' ') as words
  from private_text t
  cross join lateral generate_series(1, cardinality(t.words) - 7) as n (number)
), hit as materialized (
  select r.target_key, r.ticket_key, r.place, r.number, r.words, t.item_key
  from run r
  join private_words t on t.ticket_key = r.ticket_key and t.words = r.words
)
select distinct on (h.target_key, h.place, h.item_key)
  h.target_key,
  h.place,
  h.ticket_key,
  h.item_key,
  h.words
from hit h
left join public_text p on p.ticket_key = h.ticket_key
where coalesce(strpos(p.words, ' ' || h.words || ' '), 0) = 0
order by h.target_key, h.place, h.item_key, h.number;

comment on view reconcile.private_run is 'One row per text that customers see and private message of its ticket, eight words of which stand in it in a row and in no public text of the ticket: to be reviewed by a person. Agents quote callers, so what a public text holds too is no finding.';
comment on column reconcile.private_run.target_key is 'Conversation or comment that shows the words.';
comment on column reconcile.private_run.place is 'body, title, or the name of the attribute.';
comment on column reconcile.private_run.item_key is 'Private message that holds them.';
comment on column reconcile.private_run.words is 'The first eight words in a row, lower case.';
comment on column reconcile.private_run.ticket_key is 'Ticket of both texts.';
