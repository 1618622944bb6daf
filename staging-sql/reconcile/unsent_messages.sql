-- Only those that are to be sent yet: once they are, the conversation is again as it was when a person saw it.
create function reconcile.unsent_messages(workspace text, conversation text) returns bytea
language sql stable parallel safe
begin atomic
  select sha256(convert_to(jsonb_agg(jsonb_build_array(m.target_key, encode(m.payload_hash, 'hex')) order by m.target_key)::text, 'UTF8'))
  from intercom.conversation_part m
  left join load.identity sent
    on sent.workspace_id_code = workspace and sent.target_type = 'part' and sent.target_key = m.target_key
  left join load.representation applied
    on applied.workspace_id_code = workspace and applied.target_type = 'part' and applied.target_key = m.target_key
  where m.conversation_key = conversation
    and (sent.target_key is null or coalesce(applied.payload_hash, sent.payload_hash) is distinct from m.payload_hash);
end;

comment on function reconcile.unsent_messages is 'Hash of the messages of a conversation that are not in Intercom as they are now; null where all are.';
