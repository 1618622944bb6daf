create view intermediate.change_operation_definition as
table staging.change_operation;

comment on view intermediate.change_operation_definition is 'One row per history row that says who opened a ticket, which log entry was written and which file was added. Materialised as intermediate.change_operation: indexes lead to it from a ticket and from a file.';
