create function intermediate.without_picture_secret(source text) returns text
language sql immutable parallel safe
return case
  when source like '%download_inlineimage%' or source like '%data-img-secret%' then
    regexp_replace(regexp_replace(source, '(^|[\s<>"''])[^\s<>"'']*download_inlineimage[^\s<>"'']*', '\1[image]', 'g'), 'data-img-secret(=("[^"]*"|\S*))?', '', 'g')
  else source
end;

comment on function intermediate.without_picture_secret is 'A value without the addresses of pasted pictures: they open without a login. Bodies of messages have it from the renderer.';
