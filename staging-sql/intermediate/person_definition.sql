create view intermediate.person_definition as
table staging.person;

comment on view intermediate.person_definition is 'One row per person, as last seen in iTop. Materialised as intermediate.person: names and addresses are read for each contact, file and history row, and an index leads to those of a few.';
