create function intermediate.spoken_duration(seconds text) returns text
language sql stable parallel safe
return case
  when not pg_input_is_valid(seconds, 'bigint') then seconds
  when seconds::bigint >= 86400 then
    seconds::bigint / 86400 || case when seconds::bigint / 86400 = 1 then ' day' else ' days' end
    || case when seconds::bigint % 86400 >= 3600 then ' ' || seconds::bigint % 86400 / 3600 || ' h' else '' end
  when seconds::bigint >= 3600 then
    seconds::bigint / 3600 || ' h' || case when seconds::bigint % 3600 >= 60 then ' ' || seconds::bigint % 3600 / 60 || ' min' else '' end
  when seconds::bigint >= 60 then
    seconds::bigint / 60 || ' min' || case when seconds::bigint % 60 > 0 then ' ' || seconds::bigint % 60 || ' s' else '' end
  else seconds || ' s'
end;

comment on function intermediate.spoken_duration is 'Seconds as people say them, in the two largest units: 14 days 2 h. What is no number stays as it is.';
