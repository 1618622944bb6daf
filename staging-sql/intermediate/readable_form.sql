create function intermediate.readable_form(value jsonb, question jsonb) returns text
language sql stable parallel safe
return (
  with known as (
    -- A form that was changed since keeps its questions beside the answers, where the answers show them.
    select coalesce(question, '{}') as present,
      case when pg_input_is_valid(value ->> 'template_data', 'jsonb') then (value ->> 'template_data')::jsonb -> 'fields' end as as_filled
  ), answer as (
    select a.code, coalesce(value -> 'user_data_objname' -> a.code, a.answer) as answer,
      coalesce(k.as_filled -> a.code ->> 'label', k.present -> a.code ->> 'label', upper(left(a.code, 1)) || replace(substr(a.code, 2), '_', ' ')) as label,
      (k.present -> a.code ->> 'position')::numeric as position
    from known k
    cross join lateral jsonb_each(
      case when jsonb_typeof(coalesce(value -> 'values', value -> 'user_data')) = 'object' then coalesce(value -> 'values', value -> 'user_data') end) as a (code, answer)
    union all
    -- Forms of old releases of the module.
    select null, l.field -> 'value', l.field ->> 'label', l.position
    from jsonb_array_elements(case when pg_input_is_valid(value ->> 'extradata_legacy', 'jsonb')
      then jsonb_path_query_array((value ->> 'extradata_legacy')::jsonb, '$.**{1} ? (@.type() == "object" && exists(@.label))') end) with ordinality as l (field, position)
  )
  select coalesce(string_agg(
    label || case when label ~ '[?:]$' then ' ' else ': ' end || case jsonb_typeof(answer)
      when 'array' then (select string_agg(c.choice, ', ') from jsonb_array_elements_text(answer) as c (choice))
      else answer #>> '{}'
    end, e'\n' order by position nulls first, code collate "C"),
    -- One filled in before its module kept single answers has its text alone.
    case when jsonb_typeof(value -> 'legacy') = 'string' then nullif(btrim(value ->> 'legacy'), '') end)
  from answer
  where answer not in ('null', '""', '[]', '{}')
);

comment on function intermediate.readable_form is 'Answers of a customized request form as lines "Question: answer", in the order of the form; the questions by their labels (intermediate.form), by their codes where no label is known. Null where nothing was answered.';
