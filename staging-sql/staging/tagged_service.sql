create view staging.tagged_service as
select
  o.source_key as service_key,
  o.final_class,
  left(btrim(o.payload ->> 'name'), 255) as name
from staging.usable_object o
join ops.mapping_class m on m.class = o.final_class and m.destination = 'tag'
where btrim(o.payload ->> 'name') <> '';

comment on view staging.tagged_service is 'One row per object whose name becomes a tag by the mapping: services, by default none.';
comment on column staging.tagged_service.service_key is 'Source key: Service::id.';
comment on column staging.tagged_service.final_class is 'Service in most sites.';
comment on column staging.tagged_service.name is 'Name of the tag.';
