create function reconcile.without_entities(written text) returns text language sql immutable parallel safe as $$
  select
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(written,
      '&lsquo;', '‘'), '&rsquo;', '’'), '&ldquo;', '“'), '&rdquo;', '”'), '&ndash;', '–'), '&mdash;', '—'), '&hellip;', '…'), '&nbsp;', ' '),
      '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&#x27;', ''''), '&apos;', ''''), '&amp;', '&')
$$;

comment on function reconcile.without_entities(text) is 'A name or title with the characters that the entities of markup and typography stand for.';
