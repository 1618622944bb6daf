create function reconcile.words_of(title text) returns text language sql immutable parallel safe as $$
  select coalesce(nullif(trim(regexp_replace(lower(normalize(title, nfkc)), '[^[:alnum:]]+', ' ', 'g')), ''), title)
$$;

comment on function reconcile.words_of(text) is 'The words of a name or title: what is left when a server makes quotes typographic, composes letters or folds white space.';
