create function reconcile.text_form(written text) returns text language sql immutable parallel safe as $$
  select lower(normalize(trim(regexp_replace(
    -- Characters that nobody sees: those with the Unicode property Default_Ignorable_Code_Point.
    regexp_replace(
      replace(translate(written, '‘’‚‛ʼ′“”„‟″«»‐‑‒–—―−', '''''''''''''"""""""-------'), '…', '...'),
      '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]',
      '', 'g'),
    '[\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g')), nfc))
$$;

comment on function reconcile.text_form(text) is 'The form in which names and titles are compared: lower case, quotes, dashes and ellipses of a keyboard, letters composed, invisible characters gone, white space single. What a server may do to the characters of a text without taking anything from it makes no difference; intercom/same-text.ts says the same.';
