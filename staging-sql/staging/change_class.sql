create view staging.change_class as
with recursive change as (
  select class, false as needs_approval from ops.itop_class where class = 'Change'
  union
  select c.class, p.needs_approval or c.class = 'ApprovedChange' from ops.itop_class c join change p on p.class = c.parent_class
)
select class, needs_approval from change;

comment on view staging.change_class is 'One row per class of changes by iTop''s class tree: those of its change management, and classes that a site made below them.';
comment on column staging.change_class.class is 'Class in iTop, abstract ones too.';
comment on column staging.change_class.needs_approval is 'Whether iTop asks for an approval of its changes: normal and emergency changes, and classes below them.';
