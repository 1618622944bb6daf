create view intermediate.thread_part as
with started as (
  select ticket_key, coalesce(min(written_at), max(observed_at)) as opened_at
  from (
    select m.ticket_key, m.written_at, t.observed_at
    from intermediate.thread_message m
    join intermediate.ticket t on t.ticket_key = m.ticket_key
    where not m.is_empty
  ) as told
  group by ticket_key
), placed as (
  select
    m.item_key,
    m.ticket_key,
    m.kind,
    m.is_private,
    m.log_index,
    m.source_format,
    m.source_hash,
    m.written_at,
    s.opened_at,
    -- The opening stands at the conversation's time; text without a date right after it.
    case when m.kind = 'opening' then s.opened_at else coalesce(m.written_at, s.opened_at) end as ordered_at,
    case
      when m.kind = 'opening' then 0
      when m.written_at is null then 1
      when m.kind = 'public_log' then 2
      when m.kind = 'private_log' then 3
      when m.kind = 'pending_reason' then 4
      when m.kind = 'solution' then 5
      when m.kind = 'user_comment' then 6
      else 7
    end as kind_rank
  from intermediate.thread_message m
  join started s on s.ticket_key = m.ticket_key
  where not m.is_empty
), ordered as (
  select
    placed.*,
    -- Undated text of both logs has one rank: public before private, as elsewhere.
    row_number() over thread as position,
    row_number() over (partition by ticket_key, ordered_at order by (kind <> 'opening')::integer, kind_rank, is_private, log_index, item_key) - 1 as same_second_rank,
    min(ordered_at) over (partition by ticket_key order by ordered_at range between interval '1 microsecond' following and unbounded following) as next_at
  from placed
  window thread as (partition by ticket_key order by (kind <> 'opening')::integer, ordered_at, kind_rank, is_private, log_index, item_key)
)
select
  item_key,
  ticket_key,
  kind,
  is_private,
  position::integer as position,
  source_format,
  source_hash,
  opened_at,
  written_at,
  ordered_at + make_interval(secs => greatest(least(same_second_rank, coalesce(extract(epoch from next_at - ordered_at)::integer - 1, same_second_rank)), 0)) as sent_at,
  greatest(least(same_second_rank, coalesce(extract(epoch from next_at - ordered_at)::integer - 1, same_second_rank)), 0)::integer as shift_seconds
from ordered;

comment on view intermediate.thread_part is 'One row per message that becomes part of a thread, in order (rules T1, T3).';
comment on column intermediate.thread_part.position is 'Place in the thread, from 1: the opening.';
comment on column intermediate.thread_part.opened_at is 'Time of the conversation: the earliest of start_date and all entries.';
comment on column intermediate.thread_part.written_at is 'Time in iTop; null for text without a date.';
comment on column intermediate.thread_part.sent_at is 'Time in Intercom: equal seconds are moved apart while they stay before the next time.';
comment on column intermediate.thread_part.shift_seconds is 'How far the time was moved.';
