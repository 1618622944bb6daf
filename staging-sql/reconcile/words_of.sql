create function reconcile.words_of(title text) returns text language sql immutable parallel safe as $$
  select coalesce(nullif(trim(regexp_replace(normalize(reconcile.text_form(reconcile.without_entities(title)), nfkc), '[^[:alnum:]]+', ' ', 'g')), ''), title)
$$;

comment on function reconcile.words_of(text) is 'The words of a name or title: what is left of the form in which texts are compared (reconcile.text_form) without punctuation and compatibility characters.';
