create view raw.latest_object as
select o.*
from raw.head h
join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id and o.source_key = h.source_key
where h.op = 'upsert';

comment on view raw.latest_object is 'One row per object that iTop still holds: the version seen last.';
