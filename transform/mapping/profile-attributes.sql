-- Types, lengths and examples of the attributes of a class, from some of its objects, spread over the class by hash. $1: root class; $2: class;
-- $3: attributes to look at, in objects that have one of them, null for all; $4: most objects that are looked at; $5: most values of an
-- attribute that are listed.
with picked as (
  select o.field
  from staging.object o
  where o.root_class = $1 and o.final_class = $2 and ($3::text[] is null or o.field ?| $3)
  order by md5(o.source_key)
  limit $4
), field as (
  select f.key as attribute, f.value, f.value #>> '{}' as text
  from picked
  cross join lateral jsonb_each(picked.field) as f
  where $3::text[] is null or f.key = any ($3)
)
select
  attribute,
  count(distinct left(text, 200)) filter (where text <> '')::integer as distinct_count,
  coalesce(max(length(text)), 0) as longest,
  case
    when bool_or(jsonb_typeof(value) = 'object' and value ? 'entries') then 'log'
    when bool_or(jsonb_typeof(value) = 'object' and value ? 'mimetype') then 'blob'
    when bool_or(jsonb_typeof(value) = 'array') and attribute like '%\_list' then 'list'
    when count(*) filter (where text <> '') = 0 then 'empty'
    when bool_and(text ~ '^\*+$') filter (where text <> '') then 'secret'
    when bool_or(jsonb_typeof(value) = 'array') then 'text'
    when bool_and(text in ('true', 'false', 'yes', 'no')) filter (where text <> '') then 'boolean'
    when bool_and(text ~ '^-?(0|[1-9][0-9]{0,14})$') filter (where text <> '') then 'integer'
    when bool_and(text ~ '^-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?$') filter (where text <> '') then 'float'
    when bool_and(text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') filter (where text <> '') then 'date'
    when bool_and(text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$') filter (where text <> '') then 'datetime'
    when bool_and(text ~ '^[a-z][a-z0-9_]*( [a-z0-9_]+){0,3}$' and length(text) <= 40) filter (where text <> '') then 'code'
    else 'text'
  end as kind,
  coalesce(bool_or(text ~* '<(p|br|div|span|ul|ol|li|table|h[1-6]|b|strong|em|img|a|figure)\M[^>]*>'), false) as is_html,
  coalesce((array_agg(distinct regexp_replace(regexp_replace(regexp_replace(left(text, 24), '[[:upper:]]', 'A', 'g'), '[[:lower:]]|[^[:ascii:]]', 'a', 'g'), '[0-9]', '9', 'g'))
    filter (where text <> '' and jsonb_typeof(value) <> 'object'))[1:3], '{}') as examples,
  coalesce((array_agg(distinct left(text, 60)) filter (where text <> '' and jsonb_typeof(value) in ('string', 'number', 'boolean')))[1:$5], '{}') as few_values
from field
group by attribute
