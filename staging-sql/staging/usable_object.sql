create view staging.usable_object as
select *
from raw.latest_object
where not is_set_aside;

comment on view staging.usable_object is 'One row per object that iTop holds and that relations can be computed with: what every view of a class reads. The others are in ops.set_aside.';
