create view reconcile.sample_feature as
select 'conversation' as target_type, c.target_key, 'itself' as shown_by, f.feature
from intercom.conversation c
cross join lateral (values
  ('state: ' || c.state),
  (case when c.contact_key like '%#placeholder' then 'caller: placeholder' else 'caller: a contact' end),
  (case when c.company_key is null then 'company: none' end),
  (case when c.assignee_key is null then 'assignee: none' else 'assignee: a teammate' end),
  (case when c.part_count <= 1 then 'thread: opening only'
        when c.part_count <= 5 then 'thread: up to 5 parts'
        when c.part_count <= 20 then 'thread: up to 20 parts'
        when c.part_count <= 100 then 'thread: up to 100 parts'
        else 'thread: above 100 parts' end),
  (case when c.body like '(no description)%' then 'opening: empty' end),
  (case when length(c.body) > 10000 then 'opening: long' end)
) as f (feature)
where f.feature is not null
union all
-- Parts of a conversation that are alike count once: naming the traits is what costs.
select 'conversation', p.conversation_key, 'part', f.feature
from (select distinct * from reconcile.conversation_part_trait) as p
cross join lateral (values
  ('part: ' || p.kind || ' as ' || p.part_type),
  ('author: ' || p.author_kind || case when p.is_fallback then ', fallback' else '' end),
  (case p.sent_time when 'missing' then 'time: none in iTop' when 'moved' then 'time: moved' end),
  (case when p.goes_on then 'body: goes on in the next part' end),
  (case when p.body_format = 'text' then 'body: plain text' else 'body: formatted' end)
) as f (feature)
where f.feature is not null
union all
select 'conversation', m.ticket_key, 'loss', 'loss: ' || (l.loss ->> 'kind')
from ops.rendered_body r
join intermediate.thread_part m on m.source_hash = r.source_hash
cross join lateral jsonb_array_elements(r.loss) as l (loss)
where r.loss <> '[]' and r.renderer_version = (select renderer_version from ops.setting)
union all
select 'conversation', a.conversation_key, 'file', 'file: ' || coalesce(nullif(split_part(a.media_type, '/', 1), ''), 'unknown type')
from intercom.conversation_part_file a
union all
select 'contact', c.target_key, 'itself', f.feature
from intercom.contact c
cross join lateral (
  select 'contact: ' || case when c.target_key like '%#placeholder' then 'placeholder' when c.email is not null then 'with address' else 'without address' end
  union all
  select 'contact attribute: ' || name from jsonb_object_keys(c.custom_attributes) as name
) as f (feature)
union all
select 'contact', l.contact_key, 'link', 'contact: in several companies'
from intercom.contact_company l
group by l.contact_key having count(*) > 1
union all
select 'company', c.target_key, 'itself', f.feature
from intercom.company c
cross join lateral (
  select 'company: ' || case when c.company_id like 'itop-organization-%' then 'without code' else 'with code' end
  union all
  select 'company attribute: ' || name from jsonb_object_keys(c.custom_attributes) as name
) as f (feature)
union all
select 'custom_object_instance', i.target_key, 'itself', f.feature
from intercom.custom_object_instance i
cross join lateral (
  select 'object: ' || i.type_identifier
  union all
  select 'object attribute: ' || i.type_identifier || '.' || name from jsonb_object_keys(i.custom_attributes) as name
) as f (feature)
union all
select 'article', a.target_key, 'itself', f.feature
from intercom.article a
join intermediate.article_text t on t.faq_key = a.source_key
cross join lateral (values
  ('article: ' || a.state),
  (case when a.collection_key is null then 'article: without collection' else 'article: in a collection' end),
  ('article: ' || case t.length when 'right' then 'neither short nor long' else t.length end),
  (case when t.picture_count > 0 then 'article: with pictures' end),
  (case when t.loss_count > 0 then 'article: something is lost' end),
  (case when a.description is not null then 'article: with a summary' end)
) as f (feature)
where f.feature is not null;

comment on view reconcile.sample_feature is 'One row per object to be loaded and trait of it that a person should have seen once: state, kind of part, author, file, loss, length, attribute. Repeats where an object shows a trait several times.';
comment on column reconcile.sample_feature.shown_by is 'What of the object shows it: itself, part, loss, file or link. Whoever asks for some of them only does not read the others.';
comment on column reconcile.sample_feature.feature is 'Kind and value, e.g. state: snoozed.';
comment on column reconcile.sample_feature.target_type is 'Kind of thing in Intercom: the relation of intercom that holds the key.';
comment on column reconcile.sample_feature.target_key is 'The thing by our grammar.';
