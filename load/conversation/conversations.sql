-- Conversations with the ids that the workspace gave to what they name. $1: workspace.
select o.target_key, o.source_key, o.raw_version::text, o.contact_key, o.created_at, o.body, o.marker, o.title,
       o.company_key, o.custom_attributes, o.state, o.snoozed_until, o.assignee_key, o.team_name, o.payload_hash,
       contact.target_id as contact_id,
       case when person.observed ->> 'role' = 'lead' then 'lead' else 'user' end as contact_role,
       company.target_id as company_id, agent.target_id as assignee_id,
       (select team.team_id from load.team team
        where team.workspace_id_code = $1 and lower(team.name) = lower(o.team_name)
        order by team.team_id limit 1) as team_id
from intercom.conversation o
left join load.identity contact
  on contact.workspace_id_code = $1 and contact.target_type = 'contact' and contact.target_key = o.contact_key
left join load.representation person
  on person.workspace_id_code = $1 and person.target_type = 'contact' and person.target_key = o.contact_key
left join load.identity company
  on company.workspace_id_code = $1 and company.target_type = 'company' and company.target_key = o.company_key
left join load.identity agent
  on agent.workspace_id_code = $1 and agent.target_type = 'admin' and agent.target_key = o.assignee_key
