create view staging.ticket_approval as
select
  o.source_key as ticket_key,
  o.version_id as raw_version,
  o.final_class,
  f.status,
  staging.reference('Contact', f.approver_id) as approver_key,
  nullif(btrim(f.approver_id_friendlyname), '') as approver_name,
  nullif(btrim(f.approver_email), '') as approver_email,
  nullif(btrim(f.supervisor_id_friendlyname), '') as supervisor_name,
  nullif(f.start_date, '') as start_date_local,
  nullif(f.acceptance_date, '') as acceptance_date_local,
  nullif(f.approval_date, '') as approval_date_local,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (
  status text, approver_id text, approver_id_friendlyname text, approver_email text, supervisor_id_friendlyname text, start_date text,
  acceptance_date text, approval_date text)
where o.root_class = 'Ticket';

comment on view staging.ticket_approval is 'One row per ticket of any class, changes and problems too, with who approves it, as last seen in iTop.';
comment on column staging.ticket_approval.ticket_key is 'Source key: Ticket::id.';
comment on column staging.ticket_approval.final_class is 'Class of the ticket.';
comment on column staging.ticket_approval.status is 'iTop status.';
comment on column staging.ticket_approval.approver_key is 'Person asked to approve a request; null where none is, and for changes.';
comment on column staging.ticket_approval.approver_name is 'Friendly name of that person.';
comment on column staging.ticket_approval.approver_email is 'Address of that person.';
comment on column staging.ticket_approval.supervisor_name is 'Friendly name of the supervisor of a change: iTop records no other person who approves it.';
comment on column staging.ticket_approval.start_date_local is 'start_date as iTop shows it.';
comment on column staging.ticket_approval.acceptance_date_local is 'When a change was accepted, as iTop shows it; null where it was not.';
comment on column staging.ticket_approval.approval_date_local is 'When a change was approved, as iTop shows it; null where it was not.';
