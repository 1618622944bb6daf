import { widerLists } from './wider-lists.ts';

/**
 * The attributes read of each class: all that hold data of the object itself, with the copies (`xxx_name`,
 * `xxx_id_friendlyname`) that spare a lookup. Link sets are left out (one query a row, and their rows have no id:
 * the `lnk` classes are read instead), as are pictures and everything that holds a secret: iTop shows encrypted
 * fields in clear text.
 */
const common = 'friendlyname';
const contact = `name status org_id org_name org_id_friendlyname email phone notify function finalclass ${common}`;
const ticket = `operational_status ref org_id org_name org_id_friendlyname caller_id caller_name caller_id_friendlyname team_id
  team_name team_email team_id_friendlyname agent_id agent_name agent_id_friendlyname title description start_date end_date
  last_update close_date private_log finalclass ${common}`;

const lists: Readonly<Record<string, string>> = {
  Organization: `name code status parent_id parent_name parent_id_friendlyname overview deliverymodel_id deliverymodel_name
    ${common}`,
  Person: `${contact} first_name employee_number mobile_phone location_id location_name manager_id manager_name
    manager_id_friendlyname`,
  Team: contact,
  User: `contactid contactid_friendlyname last_name first_name email org_id login language status finalclass ${common}`,
  URP_Profiles: `name description ${common}`,
  URP_UserProfile: `userid userlogin userid_friendlyname userid_finalclass_recall profileid profile profileid_friendlyname
    reason ${common}`,
  URP_UserOrg: `userid userlogin userid_friendlyname userid_finalclass_recall allowed_org_id allowed_org_name
    allowed_org_id_friendlyname reason ${common}`,
  ServiceFamily: `name ${common}`,
  Service: `name org_id organization_name org_id_friendlyname servicefamily_id servicefamily_name description status ${common}`,
  ServiceSubcategory: `name description service_id service_name service_id_friendlyname service_org_id service_provider
    request_type status ${common}`,
  UserRequest: `${ticket} status request_type impact priority urgency origin approver_id approver_email
    approver_id_friendlyname service_id service_name service_id_friendlyname servicesubcategory_id servicesubcategory_name
    servicesubcategory_id_friendlyname escalation_flag escalation_reason assignment_date resolution_date last_pending_date
    cumulatedpending tto ttr tto_escalation_deadline sla_tto_passed sla_tto_over ttr_escalation_deadline sla_ttr_passed
    sla_ttr_over time_spent resolution_code solution pending_reason parent_request_id parent_request_ref parent_incident_id
    parent_incident_ref parent_problem_id parent_problem_ref parent_change_id parent_change_ref public_log user_satisfaction
    user_comment`,
  lnkContactToTicket: `ticket_id ticket_ref ticket_id_friendlyname ticket_id_finalclass_recall contact_id contact_name
    contact_email contact_id_friendlyname contact_id_finalclass_recall role role_code ${common}`,
  lnkPersonToTeam: `team_id team_name team_id_friendlyname person_id person_name person_id_friendlyname role_id role_name
    ${common}`,
};

/** Attribute codes by class, sorted, so that the fields of an answer come in the order of the canonical payload. */
export const fieldLists: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({ ...widerLists, ...lists }).map(([name, list]) => [name, list.trim().split(/\s+/).sort()]),
);

/** History rows of log entries are one for each entry of every ticket: only those of files' forms are fetched, by their change. */
export const fetchedByReference: readonly string[] = ['CMDBChangeOpSetAttributeCaseLog'];

/** Upper classes that tell all that is wanted of the classes below them: accounts of all kinds, labels of all tags. */
export const coveringClasses: readonly string[] = ['User', 'TagSetFieldData'];

/** The longest come first, so that the short ones fill their pauses. */
export const readFirst: readonly string[] = ['UserRequest', 'Incident'];

/** The file of each object of a class: its bytes are fetched apart, into the blob store. */
const fetchedApart: Readonly<Record<string, string>> = {
  Attachment: 'contents',
  InlineImage: 'contents',
  DocumentFile: 'file',
};

/** Standard attributes that are not read, with the reason; a finding of each extraction names them. */
const leftOut: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Person: { picture: 'Intercom takes the picture of a contact by a public address only (rule P2)' },
  InlineImage: { secret: 'it opens the picture without a login' },
  MobilePhone: { hw_pin: 'it is a secret' },
  User: { log: 'it is about the account, which does not move' },
};

/** Standard attributes of a class that are left out unless a person decides to read them, with the reason. */
export function leftOutAttributes(className: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(leftOut[className] ?? {}));
}

/** Standard attributes of a class that no window asks for: its file, and what is left out unless a person decides to read it. */
export function unreadAttributes(className: string): ReadonlySet<string> {
  const file = fetchedApart[className];
  return new Set([...(file === undefined ? [] : [file]), ...leftOutAttributes(className).keys()]);
}
