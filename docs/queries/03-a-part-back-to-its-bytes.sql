-- Which bytes of iTop did a part come from?
select p.target_key, m.kind, m.log_index, m.raw_version, o.observed_at, o.run_id, encode(o.payload_hash, 'hex') as payload_hash
from intercom.conversation_part p
join intermediate.ticket_message m on m.item_key = p.item_key
join raw.object o on o.version_id = m.raw_version
order by p.target_key
limit 20;
