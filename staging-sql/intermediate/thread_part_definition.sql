create view intermediate.thread_part_definition as
with dated as (
  select
    m.*,
    date_trunc('second', m.observed_at) as read_at,
    -- A time before 1970 is a spreadsheet's or a program's zero, and none. A later one than that at which iTop was read is a clock
    -- that was wrong: Intercom takes no future.
    case when m.written_at >= timestamptz '1970-01-01 00:00:00+00' then least(m.written_at, date_trunc('second', m.observed_at)) end as usable_at
  from intermediate.message_author m
  where not m.is_empty
), message as (
  select dated.*, coalesce(min(usable_at) over (partition by ticket_key), read_at) as opened_at
  from dated
), placed as (
  select
    message.*,
    -- The opening stands at the conversation's time; text without a date right after it.
    case when kind = 'opening' then opened_at else coalesce(usable_at, opened_at) end as ordered_at,
    case
      when kind = 'opening' then 0
      when usable_at is null then 1
      when kind = 'public_log' then 2
      when kind = 'private_log' then 3
      when kind = 'pending_reason' then 4
      when kind = 'solution' then 5
      when kind = 'user_comment' then 6
      else 7
    end as kind_rank
  from message
), ordered as (
  -- The opening has the earliest time and the lowest rank: one order serves all windows. Undated text of both logs has one rank:
  -- public before private, as elsewhere.
  select
    placed.*,
    row_number() over (partition by ticket_key order by ordered_at, kind_rank, is_private, log_index, item_key) as position,
    row_number() over (partition by ticket_key, ordered_at order by kind_rank, is_private, log_index, item_key) - 1 as same_second_rank,
    first_value(ordered_at) over (partition by ticket_key order by ordered_at range between interval '1 microsecond' following and unbounded following) as next_at
  from placed
), shifted as (
  select
    ordered.*,
    -- Before the next time, and not behind the moment at which iTop was read.
    greatest(least(
      same_second_rank,
      extract(epoch from next_at - ordered_at)::bigint - 1,
      extract(epoch from read_at - ordered_at)::bigint
    ), 0)::integer as shift_seconds
  from ordered
)
select
  item_key,
  ticket_key,
  kind,
  is_private,
  position::integer as position,
  author_rule,
  author_kind,
  author_key,
  intermediate.without_itop_addresses(author_name) as author_name,
  source_format,
  source_hash,
  opened_at,
  written_at,
  ordered_at + make_interval(secs => shift_seconds) as sent_at,
  shift_seconds,
  -- A clock that differs by some minutes is not worth a line in the text.
  (kind <> 'opening' and (written_at < timestamptz '1970-01-01 00:00:00+00' or written_at > read_at + interval '5 minutes')) is true as is_misdated
from shifted;

comment on view intermediate.thread_part_definition is 'One row per message that becomes part of a thread, in order with its author (rules T1, T3, T4). Materialised as intermediate.thread_part.';
comment on column intermediate.thread_part_definition.position is 'Place in the thread, from 1: the opening.';
comment on column intermediate.thread_part_definition.author_name is 'Author as iTop showed him, without addresses of iTop.';
comment on column intermediate.thread_part_definition.opened_at is 'Time of the conversation: the earliest of start_date and all entries.';
comment on column intermediate.thread_part_definition.written_at is 'Time in iTop; null for text without a date.';
comment on column intermediate.thread_part_definition.sent_at is 'Time in Intercom: equal seconds are moved apart while they stay before the next time.';
comment on column intermediate.thread_part_definition.is_misdated is 'iTop''s time cannot be the true one (before 1970, or later than iTop was read): the text states it, and the part stands at another.';
comment on column intermediate.thread_part_definition.shift_seconds is 'How far the time was moved.';
