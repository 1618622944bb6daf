create view staging.html_attribute as
with standard (root_class, attribute) as (
  -- The standard data model's, for a site whose model file was not given.
  values ('Ticket', 'description'), ('Ticket', 'solution'), ('FAQ', 'description'), ('Document', 'text'), ('Action', 'body')
)
select class, attribute from ops.model_attribute where kind = 'html'
union
select c.class, s.attribute
from standard s
join ops.itop_class c on c.root_class = s.root_class
where not exists (
  -- What the site's own model says of the attribute wins.
  select from ops.model_attribute m where m.class = c.class and m.attribute = s.attribute);

comment on view staging.html_attribute is 'One row per class and attribute that holds HTML by iTop''s data model: the file that the site gave, else the standard one. All other texts are plain: what looks like markup in them is text.';
comment on column staging.html_attribute.class is 'Final class.';
comment on column staging.html_attribute.attribute is 'Attribute code.';
