create view reconcile.personal_data as
with part_of_person as (
  select a.person_key, m.item_key
  from intermediate.ticket_message m
  join staging.user_account a on a.user_key = m.user_key
  where a.person_key is not null
), sent as (
  select m.person_key, 'contact' as target_type, m.survivor_key as target_key,
         case when m.survivor_key = m.person_key then 'is the contact' else 'merged into the contact' end as relation
  from intermediate.contact_merge m
  union all
  select t.caller_key, 'conversation', t.ticket_key, 'caller' from intermediate.ticket t where t.caller_key is not null
  union all
  select t.agent_key, 'conversation', t.ticket_key, 'agent' from intermediate.ticket t where t.agent_key is not null
  union all
  select l.person_key, 'conversation', l.ticket_key, 'linked contact, named in the record note' from intermediate.linked_person l
  union all
  select p.person_key, 'part', i.target_key, 'author'
  from part_of_person p
  join intercom.conversation_part i on i.item_key = p.item_key
)
select distinct
  t.person_key,
  t.relation,
  t.target_type,
  t.target_key,
  i.target_id,
  i.workspace_id_code,
  w.region,
  w.base_url,
  i.recorded_at
from sent t
join load.identity i on i.target_type = t.target_type and i.target_key = t.target_key
join load.workspace w on w.workspace_id_code = i.workspace_id_code;

comment on view reconcile.personal_data is 'Which person''s data went to which object of which workspace, in which region: one row per person, object and relation.';
comment on column reconcile.personal_data.person_key is 'Person in iTop.';
comment on column reconcile.personal_data.relation is 'What the person is to the object: its contact, caller, agent, author, or named in it.';
comment on column reconcile.personal_data.target_id is 'Intercom''s id.';
comment on column reconcile.personal_data.region is 'Region of the workspace, as Intercom states it.';
comment on column reconcile.personal_data.base_url is 'Address it was sent to.';
comment on column reconcile.personal_data.recorded_at is 'When it arrived.';
comment on column reconcile.personal_data.target_type is 'Kind of thing: contact, conversation or part.';
comment on column reconcile.personal_data.target_key is 'The thing by our grammar.';
