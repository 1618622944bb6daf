create function intermediate.readable_object(value jsonb) returns text
language sql immutable parallel safe
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
  -- Answers of a customized request form; the ids of its template stand beside them. Any other object has its members read alike.
  when (jsonb_typeof(value -> 'user_data') = 'object' and value -> 'user_data' <> '{}')
    or (not value ? 'user_data' and coalesce(value ->> 'legacy', '') = '') then (
    select string_agg(
      upper(left(a.name, 1)) || replace(substr(a.name, 2), '_', ' ') || ': '
        || case jsonb_typeof(a.answer)
          when 'array' then (select string_agg(c.choice, ', ') from jsonb_array_elements_text(a.answer) as c (choice))
          else a.answer #>> '{}'
        end, e'\n' order by a.name)
    from jsonb_each(coalesce(value -> 'user_data', value)) as a (name, answer)
    where a.answer not in ('null', '""', '[]', '{}'))
  -- A form filled in before its module kept single answers: the text of its HTML.
  else nullif(btrim(regexp_replace(
    replace(replace(replace(replace(replace(
      regexp_replace(regexp_replace(value ->> 'legacy', '<br[^>]*>|</(p|div|li|tr|h[1-6]|dd|fieldset)>', e'\n', 'gi'), '<[^>]*>', ' ', 'g'),
      '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&amp;', '&'),
    '[ \t]*\n\s*', e'\n', 'g'), e' \n'), '')
end;

comment on function intermediate.readable_object is 'A value that is an object as people read it: a case log entry by entry, answers of a form as lines "Question: answer". Null where it holds nothing.';
