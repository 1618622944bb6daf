create function intermediate.readable_object(value jsonb, question jsonb) returns text
language sql stable parallel safe
return case
  -- A case log, entry by entry.
  when jsonb_typeof(value -> 'entries') = 'array' then (
    select string_agg(
      concat_ws(': ', nullif(concat_ws(' ', nullif(e.entry ->> 'date', ''), nullif(e.entry ->> 'user_login', '')), ''), 
        coalesce(nullif(btrim(e.entry ->> 'message'), ''), case when e.entry ->> 'message_html' ~* '<img' then '[picture]' end)),
      e'\n\n' order by e.position)
    from jsonb_array_elements(value -> 'entries') with ordinality as e (entry, position))
  -- A file: its bytes are no text.
  when value ? 'mimetype' then value ->> 'filename'
  when value ?| array['values', 'user_data', 'extradata_legacy'] then intermediate.readable_form(value, question)
  -- Any other object has its members read like answers.
  else intermediate.readable_form(jsonb_build_object('values', value), question)
end;

comment on function intermediate.readable_object is 'A value that is an object as people read it: a case log entry by entry, answers of a form as lines "Question: answer" (intermediate.readable_form). Null where it holds nothing.';
