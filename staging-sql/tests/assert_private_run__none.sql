-- No eight words in a row of a private message where a customer sees them, unless a public text of the ticket holds them too.
select target_key || ' ' || place as record_key, 'no words of ' || item_key as expected, words as actual
from reconcile.private_run
