create function intermediate.unix_time(written text, zone text) returns bigint
language sql stable parallel safe
-- Written so that the date is read once; greatest() leaves out what is no date.
return nullif(greatest(extract(epoch from staging.local_time(written, zone))::bigint, -1), -1);

comment on function intermediate.unix_time is 'A date of iTop as the seconds since 1970 that Intercom takes; null for what is no date, and for a zero such as a spreadsheet''s 1899-12-30.';
