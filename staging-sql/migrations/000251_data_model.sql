-- iTop's data model as its own file (data/datamodel-production.xml) tells it: types, values and labels that no listing shows.
create table ops.model_class (
  class        text primary key,
  parent_class text,
  label        text,
  module       text not null default '',
  is_abstract  boolean not null default false,
  read_at      timestamptz not null default clock_timestamp()
);
comment on table ops.model_class is 'Classes of the data model file, with those above them.';
comment on column ops.model_class.parent_class is 'Class it extends; null for a root class.';
comment on column ops.model_class.label is 'Name shown in iTop, in the language read.';
comment on column ops.model_class.module is 'Module that brought the class.';
comment on column ops.model_class.read_at is 'When the file was read.';

create table ops.model_attribute (
  class     text not null,
  attribute text not null,
  type      text not null,
  kind      text not null check (kind in ('text', 'html', 'number', 'boolean', 'date', 'datetime', 'key', 'tags', 'log', 'blob', 'secret', 'unknown')),
  label     text,
  module    text not null default '',
  is_custom boolean not null,
  primary key (class, attribute)
);
comment on table ops.model_attribute is 'Attributes of the data model file, for each class that has them: inherited ones too.';
comment on column ops.model_attribute.type is 'Type in iTop, e.g. AttributeEnum.';
comment on column ops.model_attribute.kind is 'What it holds; secret: passwords and encrypted texts, which iTop shows in clear text.';
comment on column ops.model_attribute.label is 'Name shown in iTop.';
comment on column ops.model_attribute.module is 'Module that brought or changed it; empty where that of its class did.';
comment on column ops.model_attribute.is_custom is 'Whether a site''s own module brought it.';

create table ops.model_value (
  class     text not null,
  attribute text not null,
  value     text not null,
  label     text,
  position  integer not null,
  primary key (class, attribute, value)
);
comment on table ops.model_value is 'Values an enumeration may have, by the data model file, whether any object has them or not.';
comment on column ops.model_value.value is 'Code of the value.';
comment on column ops.model_value.label is 'Name shown in iTop.';
