-- Entries that are alike are counted before the mapping is asked for them: there are some dozens of kinds of hundreds of thousands.
create view reconcile.log_entry_count as
with alike as (
  select
    class,
    is_empty,
    set_aside_reason is not null as is_set_aside,
    scope_reason is not null as is_out_of_scope,
    conversation_key is not null as is_in_conversation,
    transcript_key is not null as is_folded,
    is_part,
    is_invisible,
    count(*) as entries
  from reconcile.current_log_entry_fact
  group by 1, 2, 3, 4, 5, 6, 7, 8
), planned as (
  select
    a.class,
    reconcile.plan_of_log_entry(
      a.class, m.destination, a.is_empty, a.is_set_aside, a.is_out_of_scope, a.is_in_conversation, a.is_folded, a.is_part, a.is_invisible) as plan,
    a.entries
  from alike a
  left join ops.mapping_class m on m.class = a.class
)
select class, plan, sum(entries)::bigint as entries
from planned
group by class, plan;

comment on view reconcile.log_entry_count is 'One row per class and plan: how many entries of its logs have it. The sums of reconcile.log_entry_plan, without a row for each entry.';
comment on column reconcile.log_entry_count.class is 'Final class of the objects that hold the logs.';
comment on column reconcile.log_entry_count.plan is 'to_load, merged, excluded, handed_off, reference or pending.';
comment on column reconcile.log_entry_count.entries is 'Log entries.';
