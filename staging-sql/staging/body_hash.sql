create function staging.body_hash(source_format text, source text) returns bytea
language sql stable parallel safe
return sha256(convert_to(source_format || ':' || source, 'UTF8'));

comment on function staging.body_hash is 'SHA-256 over format (html or text) and source of a body: key of ops.rendered_body.';
