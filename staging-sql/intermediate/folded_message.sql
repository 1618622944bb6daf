create view intermediate.folded_message as
select
  m.item_key,
  f.ticket_key,
  m.is_private,
  k.place::integer as place,
  f.ticket_key || '#transcript/' || case when m.is_private then 'private' else 'public' end as transcript_key
from ops.thread_fold f
cross join lateral unnest(f.item_keys) with ordinality as k (item_key, place)
join intermediate.ticket_message m on m.item_key = k.item_key;

comment on view intermediate.folded_message is 'One row per message that stands in a transcript (rule T7).';
comment on column intermediate.folded_message.place is 'Place among the folded messages of the thread.';
comment on column intermediate.folded_message.transcript_key is 'Transcript that holds it: one of the same visibility.';
