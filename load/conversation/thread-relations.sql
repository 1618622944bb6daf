-- Instances that the conversations of a page name, an attribute a row. $1: workspace; $2: keys of the conversations.
select o.conversation_key, o.attribute, o.instance_keys,
       array(
         select i.target_id
         from unnest(o.instance_keys) with ordinality as k (key, place)
         left join load.identity i
           on i.workspace_id_code = $1 and i.target_type = 'custom_object_instance' and i.target_key = k.key
         order by k.place) as instance_ids
from intercom.conversation_relation o
where o.conversation_key = any ($2)
order by o.conversation_key, o.attribute
