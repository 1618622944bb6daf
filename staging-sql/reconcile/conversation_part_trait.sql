create view reconcile.conversation_part_trait as
select
  p.conversation_key,
  -- From the item key: joining every message for it would cost more than all else.
  case split_part(split_part(p.item_key, '#', 2), '/', 1)
    when 'description' then 'opening'
    when 'file' then 'attachment'
    when 'record_note' then 'record note'
    else split_part(split_part(p.item_key, '#', 2), '/', 1)
  end as kind,
  p.part_type,
  p.author_kind,
  p.author_kind = 'teammate' and p.author_key is null as is_fallback,
  case
    when m.item_key is null then 'kept'
    when m.written_at is null then 'missing'
    else 'moved'
  end as sent_time,
  p.target_key like p.item_key || '/%' as goes_on,
  p.body_format
from intercom.conversation_part p
left join intermediate.thread_part m on m.item_key = p.item_key and m.written_at is distinct from m.sent_at;

comment on view reconcile.conversation_part_trait is 'One row per comment or note of a conversation: what kind of part it is. Named, as traits to be seen, in reconcile.sample_feature.';
comment on column reconcile.conversation_part_trait.kind is 'Kind of the message it holds: opening, public_log, private_log, solution, pending_reason, user_comment, attachment; record note; transcript.';
comment on column reconcile.conversation_part_trait.is_fallback is 'The fallback teammate speaks for somebody whom Intercom does not know.';
comment on column reconcile.conversation_part_trait.sent_time is 'kept: as iTop has it, or none to keep; missing: iTop has none; moved: another than in iTop is sent (rules T1, T3).';
comment on column reconcile.conversation_part_trait.goes_on is 'It continues a body that is too long for one part.';
