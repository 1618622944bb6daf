create view intercom.comment_html as
select
  p.target_key,
  p.conversation_key,
  case when p.author_key is null then attributed.body else rendered.body end as body,
  attributed.body as attributed_body
from intercom.conversation_part p
join intermediate.ticket_message m on m.item_key = p.item_key
join ops.rendered_body r
  on r.source_hash = m.source_hash
 and r.renderer_version = (select renderer_version from ops.setting)
join intermediate.thread_part t on t.item_key = p.item_key
cross join lateral (
  select case when t.is_misdated then '<p>Dated ' || to_char(t.written_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC in iTop:</p>' else '' end
    || r.html as body
) as rendered
cross join lateral (
  select '<p><b>' || intermediate.html_text(coalesce(nullif(btrim(t.author_name), ''), '(no name)')) || '</b> wrote in iTop:</p>' || rendered.body as body
) as attributed
where p.part_type = 'comment'
  and p.author_kind = 'teammate'
  and p.target_key = p.item_key
  and btrim(r.text) <> ''
  and greatest(length(r.text), length(r.html)) <= (select body_limit from ops.setting);

comment on view intercom.comment_html is 'One row per comment of a teammate that fits into one part, as HTML: sent instead of the plain text of intercom.conversation_part to a workspace whose canary showed that comments keep HTML (rule T8, probe comment_html). Its hash is that of the plain text: a later answer of the probe repeats no part.';
comment on column intercom.comment_html.target_key is 'Part in intercom.conversation_part.';
comment on column intercom.comment_html.conversation_key is 'The ticket''s source key.';
comment on column intercom.comment_html.body is 'Sanitised HTML to send when the author is found in the workspace.';
comment on column intercom.comment_html.attributed_body is 'The same in the name of the fallback teammate: the first line names the author as iTop showed him.';
