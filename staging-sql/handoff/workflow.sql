create view handoff.workflow as
select
  t.source_key || coalesce('>' || a.source_key, '') as workflow_key,
  t.payload ->> 'description' as trigger_name,
  t.final_class as trigger_kind,
  t.payload ->> 'target_class' as class,
  coalesce('state ' || nullif(t.payload ->> 'state', ''), 'attributes ' || nullif(t.payload ->> 'target_attcodes', ''),
    'stopwatch ' || nullif(t.payload ->> 'stop_watch_code', '') || ' at ' || coalesce(t.payload ->> 'threshold_index', '?') || ' %') as condition,
  nullif(t.payload ->> 'filter', '') as filter,
  a.payload ->> 'name' as action_name,
  a.final_class as action_kind,
  a.payload ->> 'status' as action_status,
  coalesce(nullif(a.payload ->> 'to', ''), nullif(a.payload ->> 'recipients', '')) as recipients,
  coalesce(nullif(a.payload ->> 'subject', ''), nullif(a.payload ->> 'title', '')) as subject,
  case
    when a.source_key is null then 'nothing happens in iTop: no action is linked. Drop it.'
    when a.payload ->> 'status' = 'disabled' then 'switched off in iTop: drop it unless someone asks for it.'
    when t.final_class = 'TriggerOnThresholdReached' then 'an SLA in Intercom and a workflow "SLA about to be missed".'
    when t.final_class = 'TriggerOnPortalUpdate' then 'Intercom notifies the assignee of a customer''s reply by itself: drop it.'
    when t.final_class = 'TriggerOnObjectMention' then 'Intercom notifies a mentioned teammate by itself: drop it.'
    when t.final_class in ('TriggerOnStateEnter', 'TriggerOnStateLeave') then 'a workflow on the conversation''s state, or on the ticket''s state where tickets are used.'
    when t.final_class = 'TriggerOnObjectCreate' then 'a workflow "customer opens a conversation", filtered by attributes.'
    when t.final_class = 'TriggerOnObjectUpdate' then 'a workflow "conversation data changed", per attribute.'
    else 'no counterpart: decide what people need.'
  end as proposal
from raw.latest_object t
left join raw.latest_object l on l.root_class = 'lnkTriggerAction' and 'Trigger::' || (l.payload ->> 'trigger_id') = t.source_key
left join raw.latest_object a on a.root_class = 'Action' and a.source_key = 'Action::' || (l.payload ->> 'action_id')
where t.root_class = 'Trigger';

comment on view handoff.workflow is 'One row per trigger of iTop and action it starts, with the counterpart proposed in Intercom.';
comment on column handoff.workflow.condition is 'State, attributes or stopwatch that the trigger waits for.';
comment on column handoff.workflow.filter is 'OQL that narrows the trigger.';
comment on column handoff.workflow.recipients is 'OQL that names who is told.';
comment on column handoff.workflow.proposal is 'What to build in Intercom instead, to be decided by a person.';
