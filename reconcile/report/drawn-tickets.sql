-- Tickets at random by a seed, as iTop holds them, with their rendered HTML and how many checks each passed. $1: workspace; $2: seed;
-- $3: how many; $4: attributes whose rendering is wanted.
select o.source_key, o.final_class, o.field as payload,
  coalesce((
    select jsonb_object_agg(h.attribute, jsonb_build_object('text', r.text, 'loss', r.loss))
    from staging.html_attribute h
    left join ops.rendered_body r on r.source_hash = staging.body_hash('html', o.field ->> h.attribute)
      and r.renderer_version = (select renderer_version from ops.setting)
    where h.class = o.final_class and h.attribute = any ($4)), '{}') as html,
  c.target_id as conversation_id,
  (select count(*)::integer from reconcile.verdict v
   where v.workspace_id_code = $1 and v.source_key = o.source_key and v.field = '' and v.verdict in ('failed', 'unknown')) as failed,
  (select count(*)::integer from reconcile.verdict v
   where v.workspace_id_code = $1 and v.source_key = o.source_key and v.field = '') as total
from (
  select target_key from load.identity where workspace_id_code = $1 and target_type = 'conversation_state'
  order by md5($2 || target_key) limit $3
) drawn
join load.identity c on c.workspace_id_code = $1 and c.target_type = 'conversation' and c.target_key = drawn.target_key
join staging.object o on o.root_class = 'Ticket' and o.source_key = drawn.target_key
