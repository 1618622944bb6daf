create view intermediate.work_order_definition as
table staging.work_order;

comment on view intermediate.work_order_definition is 'One row per work order. Materialised as intermediate.work_order: an index leads from a ticket to its work orders.';
