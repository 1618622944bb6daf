create function reconcile.plan_of_log_entry(
  class text, destination text, is_empty boolean, is_set_aside boolean, is_out_of_scope boolean, is_in_conversation boolean, is_folded boolean,
  is_part boolean, is_invisible boolean) returns text
language sql immutable parallel safe
return case
  when is_empty then 'excluded'
  when is_set_aside then 'pending'
  when destination is null then 'pending'
  -- Those of a work order stand in the record note of its ticket.
  when class = 'WorkOrder' then case when is_in_conversation then 'merged' else 'excluded' end
  when destination = 'reference' then 'excluded'
  when destination = 'conversation' and is_out_of_scope then 'excluded'
  when destination = 'conversation' and not is_in_conversation then 'pending'
  when is_folded then 'merged'
  when is_in_conversation and not is_part then case when is_invisible then 'excluded' else 'pending' end
  when destination in ('custom_object', 'handoff') then 'handed_off'
  when destination in ('conversation', 'contact', 'company', 'article', 'collection') then 'to_load'
  else destination
end;

comment on function reconcile.plan_of_log_entry is 'What is to become of a log entry: to_load, merged, excluded, handed_off, reference or pending. Asked for each entry, and once for all that are alike.';
