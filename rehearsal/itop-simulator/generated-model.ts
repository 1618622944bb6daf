import { ADMINISTRATION_DEFINITIONS } from './administration-models.ts';
import type { Definition } from './class-definition.ts';
import type { ClassModel } from './class-model.ts';
import { CONFIGURATION_ITEM_DEFINITIONS } from './configuration-item-models.ts';
import { LINK_DEFINITIONS } from './link-models.ts';
import { SERVICE_DEFINITIONS } from './service-models.ts';
import { TICKET_DEFINITIONS } from './ticket-models.ts';

const TICKET = `operational_status ref org_id>Organization org_name=org_id.name caller_id>Person caller_name=caller_id.name team_id>Team
  team_name=team_id.name team_email=team_id.email agent_id>Person agent_name=agent_id.name title description start_date end_date
  last_update close_date private_log contacts_list*lnkContactToTicket.ticket_id functionalcis_list*lnkFunctionalCIToTicket.ticket_id
  workorders_list*WorkOrder.ticket_id`;
const TICKET_TAIL = `finalclass friendlyname org_id_friendlyname org_id_obsolescence_flag caller_id_friendlyname caller_id_obsolescence_flag
  team_id_friendlyname team_id_obsolescence_flag agent_id_friendlyname agent_id_obsolescence_flag`;
const CONTACT = `name status org_id>Organization org_name=org_id.name email phone notify function
  cis_list*lnkContactToFunctionalCI.contact_id`;
const CONTACT_TAIL =
  'finalclass friendlyname obsolescence_flag obsolescence_date org_id_friendlyname org_id_obsolescence_flag';
const USER = `contactid>Person last_name=contactid.name first_name=contactid.first_name email=contactid.email org_id=contactid.org_id login
  language status profile_list*URP_UserProfile.userid allowed_org_list*URP_UserOrg.userid log`;
const USER_TAIL =
  'finalclass friendlyname contactid_friendlyname contactid_obsolescence_flag org_id_friendlyname org_id_obsolescence_flag';

/** The classes the generator fills, with their parents, exactly as `*` shows them. */
const DEFINITIONS: Readonly<Record<string, Definition>> = {
  Organization: {
    attributes: `name code status parent_id>Organization parent_name=parent_id.name overview deliverymodel_id>DeliveryModel
      deliverymodel_name=deliverymodel_id.name friendlyname obsolescence_flag obsolescence_date parent_id_friendlyname
      parent_id_obsolescence_flag deliverymodel_id_friendlyname`,
  },
  Contact: { attributes: `${CONTACT} ${CONTACT_TAIL}` },
  Person: {
    attributes: `${CONTACT} picture! first_name employee_number mobile_phone location_id>Location location_name=location_id.name
      manager_id>Person manager_name=manager_id.name team_list*lnkPersonToTeam.person_id user_list*User.contactid
      tickets_list*Ticket.caller_id acme_badge acme_vip acme_hire_date ${CONTACT_TAIL} location_id_friendlyname
      location_id_obsolescence_flag manager_id_friendlyname manager_id_obsolescence_flag`,
  },
  Team: { attributes: `${CONTACT} persons_list*lnkPersonToTeam.team_id tickets_list*Ticket.team_id ${CONTACT_TAIL}` },
  lnkPersonToTeam: {
    attributes: `team_id>Team team_name=team_id.name person_id>Person person_name=person_id.name role_id>ContactType role_name=role_id.name
      friendlyname team_id_friendlyname team_id_obsolescence_flag person_id_friendlyname person_id_obsolescence_flag role_id_friendlyname`,
  },
  User: { attributes: `${USER} ${USER_TAIL}` },
  UserLocal: { attributes: `${USER} reset_pwd_token! password! expiration password_renewed_date ${USER_TAIL}` },
  URP_Profiles: { attributes: 'name description user_list*URP_UserProfile.profileid friendlyname' },
  URP_UserProfile: {
    attributes: `userid>User userlogin=userid.login profileid>URP_Profiles profile=profileid.name reason friendlyname userid_friendlyname
      userid_finalclass_recall profileid_friendlyname`,
  },
  URP_UserOrg: {
    attributes: `userid>User userlogin=userid.login allowed_org_id>Organization allowed_org_name=allowed_org_id.name reason friendlyname
      userid_friendlyname userid_finalclass_recall allowed_org_id_friendlyname allowed_org_id_obsolescence_flag`,
  },
  ServiceFamily: { attributes: 'name icon! services_list*Service.servicefamily_id friendlyname' },
  Service: {
    attributes: `name org_id>Organization organization_name=org_id.name servicefamily_id>ServiceFamily
      servicefamily_name=servicefamily_id.name description documents_list*lnkDocumentToService.service_id
      contacts_list*lnkContactToService.service_id status icon! customercontracts_list*lnkCustomerContractToService.service_id
      servicesubcategories_list*ServiceSubcategory.service_id friendlyname org_id_friendlyname org_id_obsolescence_flag
      servicefamily_id_friendlyname`,
  },
  ServiceSubcategory: {
    attributes: `name description service_id>Service service_org_id=service_id.org_id service_name=service_id.name
      service_provider=service_id.organization_name request_type status friendlyname service_id_friendlyname
      service_org_id_friendlyname service_org_id_obsolescence_flag`,
  },
  Ticket: { attributes: `${TICKET} ${TICKET_TAIL}` },
  UserRequest: {
    attributes: `${TICKET} status request_type impact priority urgency origin approver_id>Person approver_email=approver_id.email
      service_id>Service service_name=service_id.name servicesubcategory_id>ServiceSubcategory
      servicesubcategory_name=servicesubcategory_id.name escalation_flag escalation_reason assignment_date resolution_date
      last_pending_date cumulatedpending tto ttr tto_escalation_deadline sla_tto_passed sla_tto_over ttr_escalation_deadline
      sla_ttr_passed sla_ttr_over time_spent resolution_code solution pending_reason parent_request_id>UserRequest
      parent_request_ref=parent_request_id.ref parent_incident_id>Incident parent_incident_ref=parent_incident_id.ref
      parent_problem_id>Problem parent_problem_ref=parent_problem_id.ref parent_change_id>Change
      parent_change_ref=parent_change_id.ref related_request_list*UserRequest.parent_request_id public_log user_satisfaction
      user_comment acme_cost_center acme_channel acme_topics acme_effort ${TICKET_TAIL} approver_id_friendlyname
      approver_id_obsolescence_flag service_id_friendlyname servicesubcategory_id_friendlyname parent_request_id_friendlyname
      parent_incident_id_friendlyname parent_problem_id_friendlyname parent_change_id_friendlyname
      parent_change_id_finalclass_recall`,
    stopWatches: ['cumulatedpending', 'tto', 'ttr'],
  },
  lnkContactToTicket: {
    attributes: `ticket_id>Ticket ticket_ref=ticket_id.ref contact_id>Contact contact_email=contact_id.email
      contact_name=contact_id.name role role_code friendlyname ticket_id_friendlyname ticket_id_finalclass_recall
      contact_id_friendlyname contact_id_finalclass_recall contact_id_obsolescence_flag`,
  },
  ModuleInstallation: {
    attributes: 'name version installed comment parent_id>ModuleInstallation friendlyname parent_id_friendlyname',
  },
};

export function classModel(name: string, definition: Definition): ClassModel {
  const attributes: string[] = [];
  const keys: Record<string, string> = {};
  const externalFields: Record<string, string> = {};
  const linkSets: Record<string, { itemClass: string; back: string }> = {};
  const unfilterable: string[] = [];
  for (const word of definition.attributes.split(/\s+/)) {
    const [, code = '', sign, rest = ''] = /^(\w+)([>=*!])?(.*)$/.exec(word) ?? [];
    attributes.push(code);
    if (sign === '!') unfilterable.push(code);
    if (sign === '>') keys[code] = rest;
    if (sign === '=') externalFields[code] = rest;
    if (sign === '*') {
      const [itemClass = '', back = ''] = rest.split('.');
      linkSets[code] = { itemClass, back };
    }
  }
  return { name, attributes, keys, externalFields, linkSets, stopWatches: definition.stopWatches ?? [], unfilterable };
}

export function generatedModels(): ReadonlyMap<string, ClassModel> {
  return new Map(
    Object.entries({
      ...DEFINITIONS,
      ...TICKET_DEFINITIONS,
      ...CONFIGURATION_ITEM_DEFINITIONS,
      ...SERVICE_DEFINITIONS,
      ...ADMINISTRATION_DEFINITIONS,
      ...LINK_DEFINITIONS,
    }).map(([name, definition]) => [name, classModel(name, definition)]),
  );
}
