-- The mapping as data: what becomes of each class, attribute and enum value. Views join these tables; changing a decision needs no code.
create table ops.mapping_class (
  class       text primary key,
  destination text not null check (destination in ('conversation', 'contact', 'company', 'teammate', 'reference', 'handoff', 'excluded')),
  rule        text not null,
  reason      text not null
);
comment on table ops.mapping_class is 'What becomes of the objects of a class. A class without a row is undecided: its objects are pending.';
comment on column ops.mapping_class.destination is 'reference: read to understand other objects, no object of its own in Intercom.';
comment on column ops.mapping_class.rule is 'Rule of docs/rules.md behind the decision.';

create table ops.mapping_attribute (
  class             text not null,
  attribute         text not null,
  home              text not null check (home in ('part', 'field', 'attribute', 'record_note', 'handoff', 'dropped')),
  target_model      text check (target_model in ('contact', 'company', 'conversation')),
  target_name       text,
  data_type         text check (data_type in ('string', 'integer', 'float', 'boolean', 'datetime')),
  label             text,
  position          integer not null default 0,
  only_when_status  text[],
  rule              text not null,
  reason            text not null default '',
  primary key (class, attribute),
  check (home <> 'attribute' or (target_model is not null and target_name is not null and data_type is not null)),
  check (home <> 'record_note' or label is not null)
);
comment on table ops.mapping_attribute is 'The home of each attribute (rule K1): a part of the thread, a field of the target, a custom attribute, the record note, the hand-off, or dropped with a reason.';
comment on column ops.mapping_attribute.target_name is 'Custom attribute in Intercom. Several attributes may share one: their values are joined in position order.';
comment on column ops.mapping_attribute.label is 'Name shown in the record note.';
comment on column ops.mapping_attribute.only_when_status is 'The value counts only while the ticket has one of these statuses: elsewhere iTop holds a default that looks like data (rule K4).';

create table ops.mapping_enum_value (
  class        text not null,
  attribute    text not null,
  value        text not null,
  target_value text not null,
  rule         text not null,
  primary key (class, attribute, value)
);
comment on table ops.mapping_enum_value is 'What an enum value of iTop is called in Intercom, or which conversation state it becomes.';

insert into ops.mapping_class (class, destination, rule, reason) values
  ('UserRequest', 'conversation', 'T1', 'a request becomes a conversation'),
  ('Person', 'contact', 'P1', 'a person becomes a contact, deduplicated by e-mail'),
  ('Organization', 'company', 'C1', 'an organization becomes a company'),
  ('Team', 'reference', 'T5', 'teams exist in Intercom; conversations are assigned by name'),
  ('UserLocal', 'reference', 'T4', 'accounts tell who wrote an entry; credentials never move'),
  ('UserLDAP', 'reference', 'T4', 'accounts tell who wrote an entry; credentials never move'),
  ('UserExternal', 'reference', 'T4', 'accounts tell who wrote an entry; credentials never move'),
  ('UserToken', 'reference', 'T4', 'accounts tell who wrote an entry; credentials never move'),
  ('URP_Profiles', 'reference', 'T4', 'profiles tell portal accounts from agents'),
  ('URP_UserProfile', 'reference', 'T4', 'profiles tell portal accounts from agents'),
  ('lnkContactToTicket', 'reference', 'K6', 'linked contacts are named in the record note'),
  ('lnkPersonToTeam', 'reference', 'T5', 'team membership is set up by hand in Intercom'),
  ('Service', 'reference', 'K1', 'the service''s name is an attribute of the conversation'),
  ('ServiceFamily', 'reference', 'K1', 'reviewed with the service taxonomy'),
  ('ServiceSubcategory', 'reference', 'K1', 'named in the record note');

insert into ops.mapping_attribute (class, attribute, home, target_model, target_name, data_type, label, position, only_when_status, rule, reason) values
  ('UserRequest', 'ref', 'attribute', 'conversation', 'itop_ref', 'string', null, 1, null, 'K1', ''),
  ('UserRequest', 'status', 'attribute', 'conversation', 'itop_status', 'string', null, 2, null, 'K3', 'keeps the original beside the conversation''s state'),
  ('UserRequest', 'start_date', 'attribute', 'conversation', 'itop_created_at', 'datetime', null, 3, null, 'K1', ''),
  ('UserRequest', 'resolution_date', 'attribute', 'conversation', 'itop_resolved_at', 'datetime', null, 4, null, 'K1', ''),
  ('UserRequest', 'close_date', 'attribute', 'conversation', 'itop_closed_at', 'datetime', null, 5, null, 'K1', ''),
  ('UserRequest', 'service_name', 'attribute', 'conversation', 'service_name', 'string', null, 6, null, 'K1', ''),
  ('UserRequest', 'priority', 'attribute', 'conversation', 'priority', 'string', null, 7, null, 'K1', ''),
  ('UserRequest', 'parent_request_ref', 'attribute', 'conversation', 'itop_parent', 'string', null, 8, null, 'K7', ''),
  ('UserRequest', 'parent_incident_ref', 'attribute', 'conversation', 'itop_parent', 'string', null, 9, null, 'K7', ''),
  ('UserRequest', 'parent_problem_ref', 'attribute', 'conversation', 'itop_parent', 'string', null, 10, null, 'K7', ''),
  ('UserRequest', 'parent_change_ref', 'attribute', 'conversation', 'itop_parent', 'string', null, 11, null, 'K7', ''),
  ('UserRequest', 'caller_id_friendlyname', 'attribute', 'conversation', 'itop_caller', 'string', null, 12, null, 'P1', 'keeps the individual where contacts are merged'),
  ('UserRequest', 'title', 'field', null, 'title', null, null, 0, null, 'K2', ''),
  ('UserRequest', 'description', 'part', null, 'opening', null, null, 0, null, 'T1', ''),
  ('UserRequest', 'public_log', 'part', null, 'comment', null, null, 0, null, 'T2', ''),
  ('UserRequest', 'private_log', 'part', null, 'note', null, null, 0, null, 'T2', ''),
  ('UserRequest', 'solution', 'part', null, 'comment', null, null, 0, null, 'T2', ''),
  ('UserRequest', 'pending_reason', 'part', null, 'note', null, null, 0, null, 'T2', ''),
  ('UserRequest', 'user_comment', 'part', null, 'note', null, null, 0, null, 'T2', ''),
  ('UserRequest', 'org_id', 'field', null, 'company', null, null, 0, null, 'K9', ''),
  ('UserRequest', 'caller_id', 'field', null, 'from', null, null, 0, null, 'T1', ''),
  ('UserRequest', 'agent_id', 'field', null, 'assignee', null, null, 0, null, 'K3', ''),
  ('UserRequest', 'team_id', 'field', null, 'team', null, null, 0, null, 'K3', ''),
  ('UserRequest', 'org_name', 'record_note', null, null, null, 'Organization', 10, null, 'T6', ''),
  ('UserRequest', 'team_name', 'record_note', null, null, null, 'Team', 11, null, 'T6', ''),
  ('UserRequest', 'agent_id_friendlyname', 'record_note', null, null, null, 'Agent', 12, null, 'T6', ''),
  ('UserRequest', 'approver_id_friendlyname', 'record_note', null, null, null, 'Approver', 13, null, 'T6', ''),
  ('UserRequest', 'origin', 'record_note', null, null, null, 'Channel', 14, null, 'T6', ''),
  ('UserRequest', 'request_type', 'record_note', null, null, null, 'Request type', 20, null, 'T6', ''),
  ('UserRequest', 'servicesubcategory_name', 'record_note', null, null, null, 'Service subcategory', 21, null, 'T6', ''),
  ('UserRequest', 'impact', 'record_note', null, null, null, 'Impact', 22, null, 'T6', ''),
  ('UserRequest', 'urgency', 'record_note', null, null, null, 'Urgency', 23, null, 'T6', ''),
  ('UserRequest', 'operational_status', 'record_note', null, null, null, 'Operational status', 24, null, 'T6', ''),
  ('UserRequest', 'end_date', 'record_note', null, null, null, 'End date', 30, null, 'T6', ''),
  ('UserRequest', 'last_update', 'record_note', null, null, null, 'Last update', 31, null, 'T6', ''),
  ('UserRequest', 'assignment_date', 'record_note', null, null, null, 'Assigned', 32, null, 'T6', ''),
  ('UserRequest', 'last_pending_date', 'record_note', null, null, null, 'Last pending', 33, null, 'T6', ''),
  ('UserRequest', 'tto_escalation_deadline', 'record_note', null, null, null, 'Time to own: deadline', 40, null, 'T6', ''),
  ('UserRequest', 'sla_tto_passed', 'record_note', null, null, null, 'Time to own: breached', 41, null, 'T6', ''),
  ('UserRequest', 'sla_tto_over', 'record_note', null, null, null, 'Time to own: seconds over', 42, null, 'T6', ''),
  ('UserRequest', 'ttr_escalation_deadline', 'record_note', null, null, null, 'Time to resolve: deadline', 43, null, 'T6', ''),
  ('UserRequest', 'sla_ttr_passed', 'record_note', null, null, null, 'Time to resolve: breached', 44, null, 'T6', ''),
  ('UserRequest', 'sla_ttr_over', 'record_note', null, null, null, 'Time to resolve: seconds over', 45, null, 'T6', ''),
  ('UserRequest', 'tto', 'record_note', null, null, null, 'Time to own: seconds', 46, null, 'T6', ''),
  ('UserRequest', 'ttr', 'record_note', null, null, null, 'Time to resolve: seconds', 47, null, 'T6', ''),
  ('UserRequest', 'cumulatedpending', 'record_note', null, null, null, 'Pending: seconds', 48, null, 'T6', ''),
  ('UserRequest', 'time_spent', 'record_note', null, null, null, 'Time spent: seconds', 49, null, 'T6', ''),
  ('UserRequest', 'escalation_flag', 'record_note', null, null, null, 'Hot', 50, null, 'T6', ''),
  ('UserRequest', 'escalation_reason', 'record_note', null, null, null, 'Hot because', 51, null, 'T6', ''),
  ('UserRequest', 'resolution_code', 'record_note', null, null, null, 'Resolution code', 60, array['resolved', 'closed'], 'K4', 'iTop holds a default before'),
  ('UserRequest', 'user_satisfaction', 'record_note', null, null, null, 'Satisfaction', 61, array['closed'], 'K4', 'iTop holds a default before'),
  ('UserRequest', 'caller_name', 'dropped', null, null, null, null, 0, null, 'K1', 'last name only; the full name is kept'),
  ('UserRequest', 'agent_name', 'dropped', null, null, null, null, 0, null, 'K1', 'last name only; the full name is kept'),
  ('UserRequest', 'team_email', 'dropped', null, null, null, null, 0, null, 'K1', 'a field of the team'),
  ('UserRequest', 'approver_email', 'dropped', null, null, null, null, 0, null, 'K1', 'a field of the approver'),
  ('UserRequest', 'finalclass', 'field', null, 'marker', null, null, 0, null, 'T9', ''),
  ('UserRequest', 'friendlyname', 'dropped', null, null, null, null, 0, null, 'K1', 'equals ref'),
  ('Person', 'email', 'field', 'contact', 'email', null, null, 0, null, 'P1', ''),
  ('Person', 'phone', 'field', 'contact', 'phone', null, null, 0, null, 'P1', ''),
  ('Person', 'mobile_phone', 'attribute', 'contact', 'itop_mobile_phone', 'string', null, 2, null, 'P1', ''),
  ('Person', 'function', 'attribute', 'contact', 'itop_function', 'string', null, 3, null, 'P1', ''),
  ('Person', 'friendlyname', 'field', 'contact', 'name', null, null, 0, null, 'P1', ''),
  ('Organization', 'name', 'field', 'company', 'name', null, null, 0, null, 'C1', ''),
  ('Organization', 'code', 'attribute', 'company', 'itop_code', 'string', null, 2, null, 'C1', ''),
  ('Organization', 'status', 'attribute', 'company', 'itop_organization_status', 'string', null, 3, null, 'C2', '');

insert into ops.mapping_enum_value (class, attribute, value, target_value, rule) values
  ('UserRequest', 'priority', '1', 'critical', 'K1'), ('UserRequest', 'priority', '2', 'high', 'K1'),
  ('UserRequest', 'priority', '3', 'medium', 'K1'), ('UserRequest', 'priority', '4', 'low', 'K1'),
  ('UserRequest', 'urgency', '1', 'critical', 'T6'), ('UserRequest', 'urgency', '2', 'high', 'T6'),
  ('UserRequest', 'urgency', '3', 'medium', 'T6'), ('UserRequest', 'urgency', '4', 'low', 'T6'),
  ('UserRequest', 'impact', '1', 'a department', 'T6'), ('UserRequest', 'impact', '2', 'a service', 'T6'), ('UserRequest', 'impact', '3', 'a person', 'T6'),
  ('UserRequest', 'user_satisfaction', '1', 'very satisfied', 'K4'), ('UserRequest', 'user_satisfaction', '2', 'fairly satisfied', 'K4'),
  ('UserRequest', 'user_satisfaction', '3', 'rather dissatisfied', 'K4'), ('UserRequest', 'user_satisfaction', '4', 'very dissatisfied', 'K4');

create table ops.mapping_status (
  class              text not null,
  status             text not null,
  conversation_state text not null check (conversation_state in ('open', 'closed', 'snoozed')),
  rule               text not null default 'K3',
  primary key (class, status)
);
comment on table ops.mapping_status is 'State of a conversation by the status of its ticket (rule K3). A status without a row leaves the ticket undecided.';

insert into ops.mapping_status (class, status, conversation_state) values
  ('UserRequest', 'new', 'open'), ('UserRequest', 'waiting_for_approval', 'open'), ('UserRequest', 'approved', 'open'),
  ('UserRequest', 'rejected', 'closed'), ('UserRequest', 'assigned', 'open'), ('UserRequest', 'pending', 'snoozed'),
  ('UserRequest', 'escalated_tto', 'open'), ('UserRequest', 'escalated_ttr', 'open'), ('UserRequest', 'resolved', 'closed'), ('UserRequest', 'closed', 'closed');

comment on column ops.mapping_class.class is 'iTop class (final class).';
comment on column ops.mapping_class.reason is 'Why, in words.';
comment on column ops.mapping_attribute.class is 'iTop class (final class).';
comment on column ops.mapping_attribute.attribute is 'iTop attribute code.';
comment on column ops.mapping_attribute.home is 'Where the value goes (rule K1).';
comment on column ops.mapping_attribute.target_model is 'Intercom model that carries the custom attribute.';
comment on column ops.mapping_attribute.data_type is 'Intercom data type of the custom attribute.';
comment on column ops.mapping_attribute.position is 'Order in the record note, or among values that share a target.';
comment on column ops.mapping_attribute.rule is 'Rule of docs/rules.md behind the decision.';
comment on column ops.mapping_attribute.reason is 'Why, in words.';
comment on column ops.mapping_enum_value.class is 'iTop class (final class).';
comment on column ops.mapping_enum_value.attribute is 'iTop attribute code.';
comment on column ops.mapping_enum_value.value is 'Code in iTop; labels never appear over REST.';
comment on column ops.mapping_enum_value.target_value is 'What Intercom shows.';
comment on column ops.mapping_enum_value.rule is 'Rule of docs/rules.md behind the decision.';
comment on column ops.mapping_status.class is 'iTop class (final class).';
comment on column ops.mapping_status.status is 'Code in iTop.';
comment on column ops.mapping_status.conversation_state is 'State in Intercom.';
comment on column ops.mapping_status.rule is 'Rule of docs/rules.md behind the decision.';
