create function staging.reference(root_class text, itop_id text) returns text
language sql immutable parallel safe
return root_class || '::' || nullif(nullif(itop_id, '0'), '');

comment on function staging.reference is 'Source key of the object that a field names by its id. Null where the field is empty or 0, which is how iTop writes "none".';
