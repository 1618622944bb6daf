-- What iTop's classes are made of, as seen from outside, so that nothing a site added is overlooked and no secret is asked for.
create table ops.itop_attribute (
  class        text not null,
  attribute    text not null,
  kind         text not null check (kind in ('text', 'html', 'number', 'boolean', 'date', 'datetime', 'key', 'tags', 'log', 'blob', 'secret', 'unknown')),
  is_standard  boolean not null,
  is_requested boolean not null,
  reason       text not null default '',
  decision     text check (decision in ('request', 'never')),
  label        text,
  first_run_id bigint not null,
  last_run_id  bigint not null,
  primary key (class, attribute)
);
comment on table ops.itop_attribute is 'One row per class and attribute that iTop listed. The listing shows no values; kinds come from the standard model, the model file and the data.';
comment on column ops.itop_attribute.kind is 'What the attribute holds. blob: a file, whose bytes are fetched apart; secret: never requested.';
comment on column ops.itop_attribute.is_standard is 'False for attributes that the site added.';
comment on column ops.itop_attribute.is_requested is 'Whether it is read with the object.';
comment on column ops.itop_attribute.reason is 'Why it is not read, in words.';
comment on column ops.itop_attribute.decision is 'A person''s word on an attribute whose name suggests a secret: request, or never. Null: not decided, and not requested.';
comment on column ops.itop_attribute.label is 'Name shown in iTop, where the model file gives it.';
comment on column ops.itop_attribute.first_run_id is 'Extraction that saw it first.';
comment on column ops.itop_attribute.last_run_id is 'Extraction that saw it last: an older one means that it is gone from iTop.';
