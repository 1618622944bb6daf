create function intermediate.unix_time(written text, zone text) returns bigint
language sql stable parallel safe
return case
  when staging.local_time(written, zone) >= timestamptz '1970-01-01 00:00:00+00' then extract(epoch from staging.local_time(written, zone))::bigint
end;

comment on function intermediate.unix_time is 'A date of iTop as the seconds since 1970 that Intercom takes; null for what is no date, and for a zero such as a spreadsheet''s 1899-12-30.';
