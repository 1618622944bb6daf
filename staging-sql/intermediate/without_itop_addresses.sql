create function intermediate.without_itop_addresses(source text) returns text
language sql stable parallel safe
return case
  when source like '%operation=%' or source like '%object/view/%' or source like '%download_inlineimage%' or source like '%data-img-secret%'
    then intermediate.with_objects_named(source)
  else source
end;

comment on function intermediate.without_itop_addresses is 'A plain text with the addresses of iTop''s objects replaced by what people call these, and without the addresses of pasted pictures, which open without a login (rule T8). Bodies of messages and values that are HTML have it from the renderer.';
