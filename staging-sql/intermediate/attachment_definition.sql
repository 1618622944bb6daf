create view intermediate.attachment_definition as
table staging.attachment;

comment on view intermediate.attachment_definition is 'One row per attached file, as last seen in iTop. Materialised as intermediate.attachment: an index leads from a ticket to its files.';
