create function intermediate.change_approval(final_class text, status text, acceptance_date text, approval_date text) returns text
language sql immutable parallel safe
return case
  when final_class not in ('NormalChange', 'EmergencyChange') then null
  when status = 'rejected' then 'rejected'
  when nullif(approval_date, '') is not null then 'approved'
  when nullif(acceptance_date, '') is not null then 'accepted, not approved'
  else 'not approved'
end;

comment on function intermediate.change_approval is 'Approval of a change, told by its dates (rule F2). A routine change needs none.';
