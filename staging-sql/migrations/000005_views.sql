-- The schemas that hold views and what is materialised of them; their relations are the files of the folders of the same name.
create schema staging;
comment on schema staging is 'One view a class of iTop: its fields renamed and cast, nothing combined. Only these read raw.';
create schema intermediate;
comment on schema intermediate is 'Decisions and combinations between iTop''s objects and what is sent: threads, authors, scopes, homes of fields.';
create schema intercom;
comment on schema intercom is 'What the loaders send, row by row; source keys stand where only Intercom knows the id.';
create schema handoff;
comment on schema handoff is 'What does not move by itself and is delivered as files: lists, plans and set-up sheets.';
