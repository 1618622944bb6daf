create view staging.trigger_action as
select
  o.source_key as trigger_action_key,
  o.version_id as raw_version,
  staging.reference('Trigger', f.trigger_id) as trigger_key,
  staging.reference('Action', f.action_id) as action_key,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (trigger_id text, action_id text)
where o.root_class = 'lnkTriggerAction';

comment on view staging.trigger_action is 'One row per trigger and action it starts, as last seen in iTop.';
comment on column staging.trigger_action.trigger_action_key is 'Source key of the link: lnkTriggerAction::id.';
comment on column staging.trigger_action.trigger_key is 'Trigger that starts the action.';
comment on column staging.trigger_action.action_key is 'Action that is started.';
