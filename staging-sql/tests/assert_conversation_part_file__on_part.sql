-- A file hangs on the opening or on a part of its own conversation (rule A1).
select f.target_key as record_key, 'a part of ' || f.conversation_key as expected, f.part_key as actual
from intercom.conversation_part_file f
left join intercom.conversation_part p on p.target_key = f.part_key and p.conversation_key = f.conversation_key
where p.target_key is null and f.part_key <> f.conversation_key || '#description'
