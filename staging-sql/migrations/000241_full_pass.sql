-- Decisions for the classes that the full pass reads too, where none was made yet.
insert into ops.mapping_class (class, destination, rule, reason) values
  ('URP_UserOrg', 'reference', 'K1', 'organizations that an account is restricted to'),
  ('ModuleInstallation', 'reference', 'K1', 'version of iTop and its modules')
on conflict (class) do nothing;
comment on column ops.chunk.class is 'Class, with what the windows are of where that is not ids: "UserRequest by start_date", "UserRequest (references)".';
comment on column ops.chunk.lower_id is 'Lower end of the window: an id, or of dates the seconds since the year 1 on iTop''s clock; 0 to 1 holds the objects without a date.';
