create function intermediate.change_approval(needs_approval boolean, status text, acceptance_date text, approval_date text) returns text
language sql immutable parallel safe
return case
  when needs_approval is not true then null
  when status = 'rejected' then 'rejected'
  when nullif(approval_date, '') is not null then 'approved'
  when nullif(acceptance_date, '') is not null then 'accepted, not approved'
  else 'not approved'
end;

comment on function intermediate.change_approval is 'Approval of a change, derived from its dates (rule F2); null for what needs none, as a routine change.';
