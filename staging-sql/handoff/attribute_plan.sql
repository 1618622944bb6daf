create view handoff.attribute_plan as
select class, attribute, home, plan, reason, objects, example from handoff.attribute_plan_of(null);

comment on view handoff.attribute_plan is 'One row per class that moves, attribute that its objects fill, and what becomes of the values: loaded, kept in the record note, handed off, dropped with a reason, or pending. Whether the objects themselves were loaded is in reconcile.disposition.';
comment on column handoff.attribute_plan.class is 'Final class in iTop.';
comment on column handoff.attribute_plan.attribute is 'iTop attribute code.';
comment on column handoff.attribute_plan.home is 'Home that the mapping gives it (rule K1); null where the mapping does not name it.';
comment on column handoff.attribute_plan.plan is 'to_load, record_note (a line of the record note), handed_off, dropped, or pending: undecided, or lost on its way.';
comment on column handoff.attribute_plan.reason is 'Why, in words.';
comment on column handoff.attribute_plan.objects is 'Objects in scope that hold a value.';
comment on column handoff.attribute_plan.example is 'One object that holds a value.';
