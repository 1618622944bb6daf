-- What "load --changes" brings up to date, and what is pending of things that are loaded: the loader and reconcile.unexplained
-- both read it.
create view reconcile.changed_object as
with complete as not materialized (
  select
    i.workspace_id_code, p.phase, p.target_type, i.target_key, known.last_applied,
    -- Where it was not recorded what was last applied, what was loaded counts.
    case when known.target_key is null then i.payload_hash else known.payload_hash end as payload_hash
  from load.identity i
  join reconcile.phase p on p.done_type = i.target_type
  left join load.representation known
    on known.workspace_id_code = i.workspace_id_code and known.target_type = p.target_type and known.target_key = i.target_key
), field_difference as not materialized (
  -- Each phase is joined by itself: the planner knows how many rows a phase has, and not how many a union over them has of each.
  select c.workspace_id_code, c.phase, c.target_type, c.target_key, h.source_key, h.payload_hash, 'fields' as what
  from complete c join intercom.company h on h.target_key = c.target_key
  where c.phase = 'companies' and h.payload_hash is distinct from c.payload_hash
  union all
  select c.workspace_id_code, c.phase, c.target_type, c.target_key, h.source_key, h.payload_hash, 'fields' as what
  from complete c join intercom.contact h on h.target_key = c.target_key
  where c.phase = 'contacts' and h.payload_hash is distinct from c.payload_hash
  union all
  select c.workspace_id_code, c.phase, c.target_type, c.target_key, h.source_key, h.payload_hash, 'fields' as what
  from complete c join intercom.custom_object_instance h on h.target_key = c.target_key
  where c.phase = 'custom_objects' and h.payload_hash is distinct from c.payload_hash
  union all
  select c.workspace_id_code, c.phase, c.target_type, c.target_key, h.source_key, h.payload_hash, 'fields' as what
  from complete c join intercom.collection h on h.target_key = c.target_key
  where c.phase = 'collections' and h.payload_hash is distinct from c.payload_hash
  union all
  select c.workspace_id_code, c.phase, c.target_type, c.target_key, h.source_key, h.payload_hash, 'fields' as what
  from complete c join intercom.article h on h.target_key = c.target_key
  where c.phase = 'articles' and h.payload_hash is distinct from c.payload_hash
  union all
  select c.workspace_id_code, c.phase, c.target_type, c.target_key, h.source_key, h.payload_hash, 'fields' as what
  from complete c join intercom.conversation h on h.target_key = c.target_key
  where c.phase = 'conversations' and h.payload_hash is distinct from c.payload_hash
), thread_difference as not materialized (
  select c.workspace_id_code, c.phase, c.target_type, c.target_key, case when sent.target_key is null then 'new messages' else 'texts of messages' end as what
  from complete c
  join intercom.conversation_part p on p.conversation_key = c.target_key
  left join load.identity sent
    on sent.workspace_id_code = c.workspace_id_code and sent.target_type = 'part' and sent.target_key = p.target_key
  left join load.representation applied
    on applied.workspace_id_code = c.workspace_id_code and applied.target_type = 'part' and applied.target_key = p.target_key
  where c.phase = 'conversations'
    and (sent.target_key is null or coalesce(applied.payload_hash, sent.payload_hash) is distinct from p.payload_hash)
  union all
  select c.workspace_id_code, c.phase, c.target_type, c.target_key, 'new files'
  from complete c
  join intercom.conversation_part_file f on f.conversation_key = c.target_key and f.blob_hash is not null and f.byte_size is not null
  where c.phase = 'conversations'
    and not exists (
      select from load.identity sent
      where sent.workspace_id_code = c.workspace_id_code and sent.target_type in ('attachment', 'attachment_handed_off')
        and sent.target_key = f.target_key)
  union all
  select c.workspace_id_code, c.phase, c.target_type, c.target_key, 'new tags'
  from complete c
  join intercom.conversation_tag t on t.conversation_key = c.target_key
  where c.phase = 'conversations'
    and not exists (
      select from load.identity attached
      where attached.workspace_id_code = c.workspace_id_code and attached.target_type = 'conversation_tag'
        and attached.target_key = t.target_key)
  union all
  select c.workspace_id_code, c.phase, c.target_type, c.target_key, 'related objects'
  from complete c
  join intercom.conversation_relation r on r.conversation_key = c.target_key
  where c.phase = 'conversations'
    and c.last_applied ->> ('relation.' || r.attribute) is distinct from
      (select string_agg(distinct k collate "C", ' ' order by k collate "C") from unnest(r.instance_keys) as k)
), difference as not materialized (
  select * from field_difference
  union all
  select d.workspace_id_code, d.phase, d.target_type, d.target_key, h.source_key, h.payload_hash, d.what
  from thread_difference d
  join intercom.conversation h on h.target_key = d.target_key
)
select
  workspace_id_code,
  phase,
  target_type,
  target_key,
  source_key,
  payload_hash,
  string_agg(distinct what, ', ' order by what) as what
from difference
group by workspace_id_code, phase, target_type, target_key, source_key, payload_hash;

comment on view reconcile.changed_object is 'One row per workspace and thing that is loaded completely and differs by now from what was last applied: "load --changes" brings it up to date.';
comment on column reconcile.changed_object.workspace_id_code is 'Intercom workspace that holds the thing.';
comment on column reconcile.changed_object.phase is 'Phase of the load that brings it up to date.';
comment on column reconcile.changed_object.target_type is 'Kind of thing that the phase loads.';
comment on column reconcile.changed_object.target_key is 'The thing by our grammar.';
comment on column reconcile.changed_object.source_key is 'Object in iTop that it stands for.';
comment on column reconcile.changed_object.payload_hash is 'Hash of its row in intercom.* as it is now.';
comment on column reconcile.changed_object.what is 'What changed: fields, new messages, texts of messages, new files, new tags, related objects; several with commas.';
