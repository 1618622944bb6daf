create view handoff.object as
select
  o.source_key,
  o.raw_version,
  o.root_class,
  o.final_class,
  m.destination,
  o.field,
  coalesce(l.refs, '') as migrated_tickets,
  intermediate.change_approval(change.needs_approval, o.field ->> 'status', o.field ->> 'acceptance_date', o.field ->> 'approval_date') as approval
from staging.object o
join ops.mapping_class m on m.class = o.final_class and m.destination in ('handoff', 'custom_object')
left join staging.change_class change on change.class = o.final_class
left join (
  select l.functional_ci_key, string_agg(distinct t.ref, ', ' order by t.ref) as refs
  from staging.functional_ci_to_ticket l
  join staging.ticket t on t.ticket_key = l.ticket_key
  join intercom.conversation c on c.target_key = t.ticket_key
  where l.impact_code is distinct from 'not_impacted'
  group by l.functional_ci_key
) l on l.functional_ci_key = o.source_key
where o.root_class <> 'Attachment';

comment on view handoff.object is 'One row per object that is delivered in a file: of every class handed off, and of those that become custom objects, which hold less.';
comment on column handoff.object.destination is 'handoff, or custom_object where an instance is loaded as well.';
comment on column handoff.object.field is 'All fields as iTop gave them, logs included.';
comment on column handoff.object.migrated_tickets is 'Refs of migrated tickets that name this CI; empty where none does.';
comment on column handoff.object.approval is 'Approval of a change by its dates (rule F2); null for other classes.';
