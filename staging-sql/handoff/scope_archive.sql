create view handoff.scope_archive as
select
  s.ticket_key as source_key,
  t.final_class,
  t.ref,
  s.excluded_reason,
  o.field
from intermediate.ticket_scope s
join staging.ticket t on t.ticket_key = s.ticket_key
join staging.object o on o.source_key = s.ticket_key
where s.excluded_reason is not null;

comment on view handoff.scope_archive is 'One row per ticket that the scope leaves out (rule K10), or that is a conversation in Intercom already (rule K11), to be kept as an archive.';
comment on column handoff.scope_archive.field is 'All fields as iTop gave them, logs included.';
