create view handoff.approval as
with asked as (
  select
    o.final_class as class,
    coalesce(nullif(btrim(f.approver_id_friendlyname), ''), 'person ' || f.approver_id) as approver,
    nullif(btrim(f.approver_email), '') as email,
    case f.status when 'waiting_for_approval' then 'waiting' when 'rejected' then 'rejected' else 'approved' end as outcome,
    f.start_date
  from raw.latest_object o
  cross join lateral jsonb_to_record(o.payload) as f (approver_id text, approver_id_friendlyname text, approver_email text, status text, start_date text)
  where o.root_class = 'Ticket' and nullif(f.approver_id, '0') <> ''
  union all
  select
    o.final_class,
    coalesce(nullif(btrim(f.supervisor_id_friendlyname), ''), '(no supervisor)'),
    null,
    case
      when f.status = 'rejected' then 'rejected'
      when nullif(f.approval_date, '') is not null then 'approved'
      else 'waiting'
    end,
    f.start_date
  from raw.latest_object o
  cross join lateral jsonb_to_record(o.payload) as f (supervisor_id_friendlyname text, status text, start_date text, approval_date text)
  where o.root_class = 'Ticket' and o.final_class in ('NormalChange', 'EmergencyChange')
)
select
  class || '/' || approver || coalesce('/' || email, '') as approval_key,
  class,
  approver,
  email,
  count(*) filter (where outcome = 'approved') as approved,
  count(*) filter (where outcome = 'rejected') as rejected,
  count(*) filter (where outcome = 'waiting') as waiting,
  max(nullif(start_date, '')) as last_start_local,
  case
    when class not in ('NormalChange', 'EmergencyChange')
      then 'Intercom has no approval of conversations: a workflow that assigns to the approver and a ticket state that waits for him.'
    else 'Changes move without their approval cycle: keep it where changes are planned from now on.'
  end || case when count(*) filter (where outcome = 'waiting') > 0 then ' Decide the waiting ones before the switch.' else '' end as proposal
from asked
group by class, approver, email;

comment on view handoff.approval is 'One row per class and person who approves: how often, and what waits now. For changes the person is the supervisor; iTop records no other.';
comment on column handoff.approval.approval_key is 'Class and approver.';
comment on column handoff.approval.class is 'Class of what is approved.';
comment on column handoff.approval.approver is 'Name of the approver as iTop shows it.';
comment on column handoff.approval.email is 'Address of the approver.';
comment on column handoff.approval.approved is 'Approved; of requests also those that went on.';
comment on column handoff.approval.rejected is 'Rejected.';
comment on column handoff.approval.waiting is 'Waiting for an answer.';
comment on column handoff.approval.last_start_local is 'Start of the latest one, as iTop shows it.';
comment on column handoff.approval.proposal is 'What to do in Intercom instead, to be decided by a person.';
