create function reconcile.is_same_value(field text, written jsonb, present jsonb) returns boolean
language sql stable parallel safe
return case
  when lower(coalesce(written #>> '{}', '')) = lower(coalesce(present #>> '{}', '')) then true
  when coalesce(written #>> '{}', '') = '' or coalesce(present #>> '{}', '') = '' then false
  when field = 'phone' then
    regexp_replace(regexp_replace(written #>> '{}', '\D', '', 'g'), '^00', '')
      = regexp_replace(regexp_replace(present #>> '{}', '\D', '', 'g'), '^00', '')
  when jsonb_typeof(written) = 'number' and present #>> '{}' ~ '^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$' then
    -- A bare date is midnight in UTC.
    (written #>> '{}')::numeric
      = floor(extract(epoch from case when length(present #>> '{}') = 10 then (present #>> '{}')::timestamp at time zone 'UTC' else (present #>> '{}')::timestamptz end))
  when field in ('email', 'external_id', 'company_id') then false
  else reconcile.text_form(written #>> '{}') in (
    reconcile.text_form(present #>> '{}'), reconcile.text_form(reconcile.without_entities(present #>> '{}')))
end;

comment on function reconcile.is_same_value is 'Whether Intercom holds a value as it was written, apart from case and whatever form its answer has: entities and other typography in text, ISO text for dates, phone numbers without blanks and punctuation.';
