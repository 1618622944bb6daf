create view staging.held_object as
select source_key, version_id as raw_version, root_class
from raw.head
where op = 'upsert';

comment on view staging.held_object is 'One row per object that iTop holds, without its class and fields: the cheapest answer to whether it is there.';
