create function reconcile.words_of(title text) returns text language sql immutable parallel safe as $$
  select coalesce(nullif(trim(regexp_replace(form, '[^[:alnum:]\u2600-\u2767\U0001f000-\U0001faff]+', ' ', 'g')), ''), form)
  from (
    -- Entities twice: what was sent as an entity may come back as the entity of its ampersand. Small letters last: the compatible
    -- characters of one sign may be capitals.
    select lower(normalize(reconcile.text_form(reconcile.without_entities(reconcile.without_entities(title))), nfkc)) as form
  ) as compared
$$;

comment on function reconcile.words_of(text) is 'The words of a name or title: what is left of the form in which texts are compared (reconcile.text_form) without punctuation and compatibility characters; pictures count as letters. intercom/words.ts says the same.';
