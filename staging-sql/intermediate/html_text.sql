create function intermediate.html_text(plain text) returns text
language sql immutable parallel safe
return replace(replace(replace(replace(replace(plain, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), e'\n', '<br>');

comment on function intermediate.html_text is 'Plain text as HTML: nothing in it can become markup.';
