create view staging.trigger as
select
  o.source_key as trigger_key,
  o.version_id as raw_version,
  o.final_class,
  f.description,
  f.target_class,
  nullif(f.state, '') as state,
  nullif(f.target_attcodes, '') as attributes,
  nullif(f.stop_watch_code, '') as stop_watch,
  f.threshold_index as threshold_percent,
  nullif(f.filter, '') as filter,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (
  description text, target_class text, state text, target_attcodes text, stop_watch_code text, threshold_index text, filter text)
where o.root_class = 'Trigger';

comment on view staging.trigger is 'One row per trigger of any kind, as last seen in iTop.';
comment on column staging.trigger.trigger_key is 'Source key: Trigger::id.';
comment on column staging.trigger.final_class is 'Kind of trigger: TriggerOnStateEnter, TriggerOnObjectCreate, ...';
comment on column staging.trigger.description is 'What its author calls it.';
comment on column staging.trigger.target_class is 'Class whose objects set it off.';
comment on column staging.trigger.state is 'State entered or left; null for triggers on something else.';
comment on column staging.trigger.attributes is 'Attribute codes whose change sets it off; null for triggers on something else.';
comment on column staging.trigger.stop_watch is 'Stopwatch whose threshold sets it off; null for triggers on something else.';
comment on column staging.trigger.threshold_percent is 'Threshold of the stopwatch, in percent of its goal.';
comment on column staging.trigger.filter is 'OQL that narrows the objects; null where it takes all.';
