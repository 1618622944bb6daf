import type { Definition } from './class-definition.ts';

/** Incidents, changes, problems and work orders, as `*` shows them. `code*` alone is a link set that is always empty here. */
export const TICKET_DEFINITIONS: Readonly<Record<string, Definition>> = {
  Attachment: {
    attributes: `expire temp_id item_class item_id item_org_id contents! creation_date user_id>User contact_id>Person
      friendlyname user_id_friendlyname user_id_finalclass_recall contact_id_friendlyname
      contact_id_obsolescence_flag`,
  },
  Change: {
    attributes: `operational_status ref org_id>Organization org_name=org_id.name caller_id>Person caller_name=caller_id.name
      team_id>Team team_name=team_id.name team_email=team_id.email agent_id>Person agent_name=agent_id.name title
      description start_date end_date last_update close_date private_log contacts_list* functionalcis_list*
      workorders_list* status reason requestor_id>Person requestor_email=requestor_id.email creation_date impact
      supervisor_group_id>Team supervisor_group_name=supervisor_group_id.name supervisor_id>Person
      supervisor_email=supervisor_id.email manager_group_id>Team manager_group_name=manager_group_id.name
      manager_id>Person manager_email=manager_id.email outage fallback parent_id>Change parent_name=parent_id.name
      related_request_list* related_incident_list* related_problems_list* child_changes_list* finalclass
      friendlyname org_id_friendlyname org_id_obsolescence_flag caller_id_friendlyname caller_id_obsolescence_flag
      team_id_friendlyname team_id_obsolescence_flag agent_id_friendlyname agent_id_obsolescence_flag
      requestor_id_friendlyname requestor_id_obsolescence_flag supervisor_group_id_friendlyname
      supervisor_group_id_obsolescence_flag supervisor_id_friendlyname supervisor_id_obsolescence_flag
      manager_group_id_friendlyname manager_group_id_obsolescence_flag manager_id_friendlyname
      manager_id_obsolescence_flag parent_id_friendlyname parent_id_finalclass_recall`,
  },
  EmergencyChange: {
    attributes: `operational_status ref org_id>Organization org_name=org_id.name caller_id>Person caller_name=caller_id.name
      team_id>Team team_name=team_id.name team_email=team_id.email agent_id>Person agent_name=agent_id.name title
      description start_date end_date last_update close_date private_log contacts_list* functionalcis_list*
      workorders_list* status reason requestor_id>Person requestor_email=requestor_id.email creation_date impact
      supervisor_group_id>Team supervisor_group_name=supervisor_group_id.name supervisor_id>Person
      supervisor_email=supervisor_id.email manager_group_id>Team manager_group_name=manager_group_id.name
      manager_id>Person manager_email=manager_id.email outage fallback parent_id>Change parent_name=parent_id.name
      related_request_list* related_incident_list* related_problems_list* child_changes_list* approval_date
      approval_comment finalclass friendlyname org_id_friendlyname org_id_obsolescence_flag caller_id_friendlyname
      caller_id_obsolescence_flag team_id_friendlyname team_id_obsolescence_flag agent_id_friendlyname
      agent_id_obsolescence_flag requestor_id_friendlyname requestor_id_obsolescence_flag
      supervisor_group_id_friendlyname supervisor_group_id_obsolescence_flag supervisor_id_friendlyname
      supervisor_id_obsolescence_flag manager_group_id_friendlyname manager_group_id_obsolescence_flag
      manager_id_friendlyname manager_id_obsolescence_flag parent_id_friendlyname parent_id_finalclass_recall`,
  },
  Incident: {
    attributes: `operational_status ref org_id>Organization org_name=org_id.name caller_id>Person caller_name=caller_id.name
      team_id>Team team_name=team_id.name team_email=team_id.email agent_id>Person agent_name=agent_id.name title
      description start_date end_date last_update close_date private_log contacts_list* functionalcis_list*
      workorders_list* status impact priority urgency origin service_id>Service service_name=service_id.name
      servicesubcategory_id>ServiceSubcategory servicesubcategory_name=servicesubcategory_id.name escalation_flag
      escalation_reason assignment_date resolution_date last_pending_date cumulatedpending tto ttr
      tto_escalation_deadline sla_tto_passed sla_tto_over ttr_escalation_deadline sla_ttr_passed sla_ttr_over
      time_spent resolution_code solution pending_reason parent_incident_id>Incident
      parent_incident_ref=parent_incident_id.ref parent_problem_id>Problem
      parent_problem_ref=parent_problem_id.ref parent_change_id>Change parent_change_ref=parent_change_id.ref
      related_request_list* child_incidents_list* public_log user_satisfaction user_comment finalclass
      friendlyname org_id_friendlyname org_id_obsolescence_flag caller_id_friendlyname caller_id_obsolescence_flag
      team_id_friendlyname team_id_obsolescence_flag agent_id_friendlyname agent_id_obsolescence_flag
      service_id_friendlyname servicesubcategory_id_friendlyname parent_incident_id_friendlyname
      parent_problem_id_friendlyname parent_change_id_friendlyname parent_change_id_finalclass_recall`,
    stopWatches: ['cumulatedpending', 'tto', 'ttr'],
  },
  InlineImage: { attributes: 'expire temp_id item_class item_id item_org_id contents! secret friendlyname' },
  KnownError: {
    attributes: `name org_id>Organization cust_name=org_id.name problem_id>Problem problem_ref=problem_id.ref symptom
      root_cause workaround solution error_code domain vendor model version ci_list* document_list* friendlyname
      org_id_friendlyname org_id_obsolescence_flag problem_id_friendlyname`,
  },
  NormalChange: {
    attributes: `operational_status ref org_id>Organization org_name=org_id.name caller_id>Person caller_name=caller_id.name
      team_id>Team team_name=team_id.name team_email=team_id.email agent_id>Person agent_name=agent_id.name title
      description start_date end_date last_update close_date private_log contacts_list* functionalcis_list*
      workorders_list* status reason requestor_id>Person requestor_email=requestor_id.email creation_date impact
      supervisor_group_id>Team supervisor_group_name=supervisor_group_id.name supervisor_id>Person
      supervisor_email=supervisor_id.email manager_group_id>Team manager_group_name=manager_group_id.name
      manager_id>Person manager_email=manager_id.email outage fallback parent_id>Change parent_name=parent_id.name
      related_request_list* related_incident_list* related_problems_list* child_changes_list* approval_date
      approval_comment acceptance_date acceptance_comment finalclass friendlyname org_id_friendlyname
      org_id_obsolescence_flag caller_id_friendlyname caller_id_obsolescence_flag team_id_friendlyname
      team_id_obsolescence_flag agent_id_friendlyname agent_id_obsolescence_flag requestor_id_friendlyname
      requestor_id_obsolescence_flag supervisor_group_id_friendlyname supervisor_group_id_obsolescence_flag
      supervisor_id_friendlyname supervisor_id_obsolescence_flag manager_group_id_friendlyname
      manager_group_id_obsolescence_flag manager_id_friendlyname manager_id_obsolescence_flag
      parent_id_friendlyname parent_id_finalclass_recall`,
  },
  Problem: {
    attributes: `operational_status ref org_id>Organization org_name=org_id.name caller_id>Person caller_name=caller_id.name
      team_id>Team team_name=team_id.name team_email=team_id.email agent_id>Person agent_name=agent_id.name title
      description start_date end_date last_update close_date private_log contacts_list* functionalcis_list*
      workorders_list* status service_id>Service service_name=service_id.name
      servicesubcategory_id>ServiceSubcategory servicesubcategory_name=servicesubcategory_id.name product impact
      urgency priority related_change_id>Change related_change_ref=related_change_id.ref assignment_date
      resolution_date knownerrors_list* related_request_list* related_incident_list* finalclass friendlyname
      org_id_friendlyname org_id_obsolescence_flag caller_id_friendlyname caller_id_obsolescence_flag
      team_id_friendlyname team_id_obsolescence_flag agent_id_friendlyname agent_id_obsolescence_flag
      service_id_friendlyname servicesubcategory_id_friendlyname related_change_id_friendlyname
      related_change_id_finalclass_recall`,
  },
  RoutineChange: {
    attributes: `operational_status ref org_id>Organization org_name=org_id.name caller_id>Person caller_name=caller_id.name
      team_id>Team team_name=team_id.name team_email=team_id.email agent_id>Person agent_name=agent_id.name title
      description start_date end_date last_update close_date private_log contacts_list* functionalcis_list*
      workorders_list* status reason requestor_id>Person requestor_email=requestor_id.email creation_date impact
      supervisor_group_id>Team supervisor_group_name=supervisor_group_id.name supervisor_id>Person
      supervisor_email=supervisor_id.email manager_group_id>Team manager_group_name=manager_group_id.name
      manager_id>Person manager_email=manager_id.email outage fallback parent_id>Change parent_name=parent_id.name
      related_request_list* related_incident_list* related_problems_list* child_changes_list* finalclass
      friendlyname org_id_friendlyname org_id_obsolescence_flag caller_id_friendlyname caller_id_obsolescence_flag
      team_id_friendlyname team_id_obsolescence_flag agent_id_friendlyname agent_id_obsolescence_flag
      requestor_id_friendlyname requestor_id_obsolescence_flag supervisor_group_id_friendlyname
      supervisor_group_id_obsolescence_flag supervisor_id_friendlyname supervisor_id_obsolescence_flag
      manager_group_id_friendlyname manager_group_id_obsolescence_flag manager_id_friendlyname
      manager_id_obsolescence_flag parent_id_friendlyname parent_id_finalclass_recall`,
  },
  WorkOrder: {
    attributes: `name status description ticket_id>Ticket ticket_ref=ticket_id.ref team_id>Team team_name=team_id.name
      agent_id>Person agent_email=agent_id.email start_date end_date log friendlyname ticket_id_friendlyname
      ticket_id_finalclass_recall team_id_friendlyname team_id_obsolescence_flag agent_id_friendlyname
      agent_id_obsolescence_flag`,
  },
};
