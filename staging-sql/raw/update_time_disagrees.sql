create view raw.update_time_disagrees as
select newest.source_key, latest.version_id as latest_version_id, latest.payload ->> 'last_update' as latest_update,
  newest.version_id as newer_version_id, newest.payload ->> 'last_update' as newer_update
from raw.latest_object latest
join raw.object newest on newest.source_key = latest.source_key and newest.root_class = latest.root_class
where latest.root_class = 'Ticket' and newest.payload ->> 'last_update' > latest.payload ->> 'last_update';

comment on view raw.update_time_disagrees is 'Tickets of which an earlier seen version carries a later last_update than the latest one: iTop restored from a backup, or its clock moved.';
