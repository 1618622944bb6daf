-- The key is that of the head: it is indexed there, and one key leads to one version. Asking for equal keys beside equal versions
-- would say so too, but the planner takes the two for independent and expects one row of a whole class.
create view raw.latest_object as
select
  o.version_id, h.source_key, o.root_class, o.final_class, o.source_id, o.op, o.payload, o.payload_hash, o.observed_at, o.landed_at,
  o.run_id, o.chunk_id, o.channel, o.broker, o.topic, o.partition_id, o.generation, o.offset_no, o.repairs
from raw.head h
join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
where h.op = 'upsert';

comment on view raw.latest_object is 'One row per object that iTop still holds: the version seen last.';
