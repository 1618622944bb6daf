create view handoff.workflow as
select
  t.trigger_key || coalesce('>' || a.action_key, '') as workflow_key,
  t.description as trigger_name,
  t.final_class as trigger_kind,
  t.target_class as class,
  coalesce('state ' || t.state, 'attributes ' || t.attributes, 'stopwatch ' || t.stop_watch || ' at ' || coalesce(t.threshold_percent, '?') || ' %')
    as condition,
  t.filter,
  a.name as action_name,
  a.final_class as action_kind,
  a.status as action_status,
  a.recipients,
  a.subject,
  case
    when a.action_key is null then 'nothing happens in iTop: no action is linked. Drop it.'
    when a.status = 'disabled' then 'switched off in iTop: drop it unless someone asks for it.'
    when t.final_class = 'TriggerOnThresholdReached' then 'an SLA in Intercom and a workflow "SLA about to be missed".'
    when t.final_class = 'TriggerOnPortalUpdate' then 'Intercom notifies the assignee of a customer''s reply by itself: drop it.'
    when t.final_class = 'TriggerOnObjectMention' then 'Intercom notifies a mentioned teammate by itself: drop it.'
    when t.final_class in ('TriggerOnStateEnter', 'TriggerOnStateLeave') then 'a workflow on the conversation''s state, or on the ticket''s state where tickets are used.'
    when t.final_class = 'TriggerOnObjectCreate' then 'a workflow "customer opens a conversation", filtered by attributes.'
    when t.final_class = 'TriggerOnObjectUpdate' then 'a workflow "conversation data changed", per attribute.'
    else 'no counterpart: decide what people need.'
  end as proposal
from staging.trigger t
left join staging.trigger_action l on l.trigger_key = t.trigger_key
left join staging.action a on a.action_key = l.action_key;

comment on view handoff.workflow is 'One row per trigger of iTop and action it starts, with the counterpart proposed in Intercom.';
comment on column handoff.workflow.trigger_kind is 'Class of the trigger in iTop, which says what starts it: TriggerOnStateEnter, TriggerOnThresholdReached and so on.';
comment on column handoff.workflow.action_kind is 'Class of the action in iTop, as ActionEmail; null where the trigger starts none.';
comment on column handoff.workflow.condition is 'State, attributes or stopwatch that the trigger waits for.';
comment on column handoff.workflow.filter is 'OQL that narrows the trigger.';
comment on column handoff.workflow.recipients is 'OQL that names who is notified.';
comment on column handoff.workflow.proposal is 'What to build in Intercom instead, to be decided by a person.';
comment on column handoff.workflow.workflow_key is 'Trigger, and the action it starts.';
comment on column handoff.workflow.action_name is 'Name of the action; null where the trigger starts none.';
