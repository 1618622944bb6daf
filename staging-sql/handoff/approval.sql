create view handoff.approval as
with asked as (
  select
    final_class as class,
    false as is_change,
    coalesce(approver_name, 'person ' || split_part(approver_key, '::', 2)) as approver,
    approver_email as email,
    case status when 'waiting_for_approval' then 'waiting' when 'rejected' then 'rejected' else 'approved' end as outcome,
    start_date_local
  from staging.ticket_approval
  where approver_key is not null
  union all
  select
    final_class,
    true,
    coalesce(supervisor_name, '(no supervisor)'),
    null,
    case
      when status = 'rejected' then 'rejected'
      when approval_date_local is not null then 'approved'
      else 'waiting'
    end,
    start_date_local
  from staging.ticket_approval a
  join staging.change_class c on c.class = a.final_class and c.needs_approval
)
select
  class || '/' || approver || coalesce('/' || email, '') as approval_key,
  class,
  approver,
  email,
  count(*) filter (where outcome = 'approved') as approved,
  count(*) filter (where outcome = 'rejected') as rejected,
  count(*) filter (where outcome = 'waiting') as waiting,
  max(start_date_local) as last_start_local,
  case
    when is_change then 'Changes move without their approval cycle: keep it where changes are planned from now on.'
    else 'Intercom has no approval of conversations: a workflow that assigns to the approver and a ticket state that waits for him.'
  end || case when count(*) filter (where outcome = 'waiting') > 0 then ' Decide the waiting ones before the switch.' else '' end as proposal
from asked
group by class, is_change, approver, email;

comment on view handoff.approval is 'One row per class and person who approves: how often, and what waits now. For changes the person is the supervisor; iTop records no other.';
comment on column handoff.approval.approval_key is 'Class and approver.';
comment on column handoff.approval.class is 'Class of what is approved.';
comment on column handoff.approval.approver is 'Name of the approver as iTop shows it.';
comment on column handoff.approval.email is 'Address of the approver.';
comment on column handoff.approval.approved is 'Approved: changes with a date of approval; requests that are neither waiting nor rejected, so that work went on.';
comment on column handoff.approval.rejected is 'Requests and changes of this approver whose status is rejected.';
comment on column handoff.approval.waiting is 'Requests with the status waiting_for_approval; changes without a date of approval.';
comment on column handoff.approval.last_start_local is 'Start of the latest one, as iTop shows it.';
comment on column handoff.approval.proposal is 'What to do in Intercom instead, to be decided by a person.';
