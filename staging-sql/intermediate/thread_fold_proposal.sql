create view intermediate.thread_fold_proposal as
with long_thread as (
  -- Few threads come near the limit: only these are measured.
  select m.ticket_key
  from intermediate.ticket_message m
  cross join ops.setting s
  group by m.ticket_key, s.part_limit
  having count(*) >= s.part_limit / 2 or sum(pg_column_size(m.source)) > 1000000
), part as (
  select
    p.ticket_key,
    p.item_key,
    p.position,
    length(r.text) + 200 as told_length,
    case
      when p.kind = 'opening' then (length(r.text) + s.body_limit - 1) / s.body_limit - 1
      when btrim(r.text) = '' then 0
      when p.is_private and length(r.html) <= s.body_limit then 1
      else (length(r.text) + s.body_limit - 1) / s.body_limit
    end as pieces,
    p.kind
  from long_thread l
  cross join ops.setting s
  join intermediate.thread_part p on p.ticket_key = l.ticket_key
  join ops.rendered_body r on r.renderer_version = s.renderer_version and r.source_hash = p.source_hash
), counted as (
  select
    part.*,
    sum(pieces) over (partition by ticket_key) as total,
    sum(pieces) over (partition by ticket_key order by position desc) as newest,
    -- Room for the record note and for the transcripts: one of each visibility, and one more for each full body.
    s.part_limit - 3 - sum(told_length) over (partition by ticket_key) / s.body_limit as kept,
    s.part_limit
  from part cross join ops.setting s
)
select ticket_key, array_agg(item_key order by position) as item_keys
from counted
where total + 1 > part_limit and newest > kept and kind <> 'opening' and pieces > 0
group by ticket_key;

comment on view intermediate.thread_fold_proposal is 'One row per thread with more parts than Intercom shows: the oldest messages, to stand in transcripts (rule T7).';
comment on column intermediate.thread_fold_proposal.item_keys is 'Messages to be folded, in order; the newest stay parts.';
comment on column intermediate.thread_fold_proposal.ticket_key is 'Ticket of the thread.';
