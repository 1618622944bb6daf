create function intermediate.word_count(visible text) returns bigint
language sql immutable parallel safe
return (
  select count(*)
  from regexp_matches(regexp_replace(visible, '\[image[^]]*\]', ' ', 'g'), '[^[:space:]]*[[:alnum:]][^[:space:]]*', 'g'));

comment on function intermediate.word_count is 'Words of a text as a reader sees it: what stands between white space and holds a letter or a digit. Dashes and marks of pictures are none.';
