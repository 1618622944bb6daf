-- What is delivered as files, for people to work from, is read in a schema of its own.
create schema handoff;
comment on schema handoff is 'What does not move by itself and is delivered as files: lists, plans and set-up sheets.';

-- Knowledge becomes drafts (rule F1) where no person has decided otherwise.
update ops.mapping_class set destination = 'article', rule = 'F1', reason = 'an article of the help centre, as a draft'
where class = 'FAQ' and destination = 'handoff' and reason = 'knowledge is handed off';
update ops.mapping_class set destination = 'collection', rule = 'F1', reason = 'a collection of the help centre'
where class = 'FAQCategory' and destination = 'handoff' and reason = 'knowledge is handed off';
update ops.mapping_class set reason = 'never in a public collection: handed off' where class = 'KnownError' and reason = 'knowledge is handed off';
