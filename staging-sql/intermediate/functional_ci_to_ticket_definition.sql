create view intermediate.functional_ci_to_ticket_definition as
table staging.functional_ci_to_ticket;

comment on view intermediate.functional_ci_to_ticket_definition is 'One row per CI linked to a ticket. Materialised as intermediate.functional_ci_to_ticket: an index leads from a ticket to its CIs.';
