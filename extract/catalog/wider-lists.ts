/** Attributes read of the classes beside people, organizations and requests: all that hold data, no link sets, no bytes, no secrets. */
export const widerLists: Readonly<Record<string, string>> = {
  ActionEmail: `name description status asynchronous language test_recipient from from_label reply_to reply_to_label to cc
    bcc subject body importance ignore_notify finalclass friendlyname`,
  ActionNewsroom: `name description status asynchronous language title message priority test_recipient_id recipients url
    finalclass friendlyname test_recipient_id_friendlyname`,
  ApplicationSolution: `name description org_id organization_name business_criticity move2production status redundancy finalclass
    friendlyname obsolescence_date org_id_friendlyname`,
  Attachment: `expire temp_id item_class item_id item_org_id creation_date user_id contact_id friendlyname
    user_id_friendlyname user_id_finalclass_recall contact_id_friendlyname`,
  CMDBChangeOpAttachmentAdded: `change date userinfo user_id objclass objkey attachment_id filename finalclass friendlyname
    change_friendlyname user_id_friendlyname attachment_id_friendlyname`,
  CMDBChangeOpCreate: `change date userinfo user_id objclass objkey finalclass friendlyname change_friendlyname
    user_id_friendlyname`,
  CMDBChangeOpDelete: `change date userinfo user_id objclass objkey fclass fname finalclass friendlyname change_friendlyname
    user_id_friendlyname`,
  CMDBChangeOpSetAttributeCaseLog: `change date userinfo user_id objclass objkey attcode lastentry finalclass friendlyname change_friendlyname
    user_id_friendlyname`,
  ContactType: 'name finalclass friendlyname',
  ContractType: 'name finalclass friendlyname',
  CustomerContract: `name org_id organization_name description start_date end_date cost cost_currency contracttype_id
    contracttype_name billing_frequency cost_unit provider_id provider_name status finalclass friendlyname
    org_id_friendlyname contracttype_id_friendlyname provider_id_friendlyname`,
  DBServer: `name description org_id organization_name business_criticity move2production system_id system_name
    software_id software_name softwarelicence_id softwarelicence_name path status finalclass friendlyname
    obsolescence_date org_id_friendlyname system_id_friendlyname system_id_finalclass_recall
    software_id_friendlyname softwarelicence_id_friendlyname`,
  DatabaseSchema: `name description org_id organization_name business_criticity move2production dbserver_id dbserver_name
    finalclass friendlyname obsolescence_date org_id_friendlyname dbserver_id_friendlyname`,
  DeliveryModel: 'name org_id organization_name description friendlyname org_id_friendlyname',
  DocumentFile: `name org_id org_name documenttype_id documenttype_name version description status finalclass friendlyname
    obsolescence_date org_id_friendlyname documenttype_id_friendlyname`,
  DocumentNote: `name org_id org_name documenttype_id documenttype_name version description status text finalclass
    friendlyname obsolescence_date org_id_friendlyname documenttype_id_friendlyname`,
  DocumentType: 'name finalclass friendlyname',
  DocumentWeb: `name org_id org_name documenttype_id documenttype_name version description status url finalclass
    friendlyname obsolescence_date org_id_friendlyname documenttype_id_friendlyname`,
  EmergencyChange: `operational_status ref org_id org_name caller_id caller_name team_id team_name team_email agent_id
    agent_name title description start_date end_date last_update close_date private_log status reason
    requestor_id requestor_email creation_date impact supervisor_group_id supervisor_group_name supervisor_id
    supervisor_email manager_group_id manager_group_name manager_id manager_email outage fallback parent_id
    parent_name approval_date approval_comment finalclass friendlyname org_id_friendlyname
    caller_id_friendlyname team_id_friendlyname agent_id_friendlyname requestor_id_friendlyname
    supervisor_group_id_friendlyname supervisor_id_friendlyname manager_group_id_friendlyname
    manager_id_friendlyname parent_id_friendlyname parent_id_finalclass_recall`,
  FAQ: `title summary description category_id category_name error_code key_words domains friendlyname
    category_id_friendlyname`,
  FAQCategory: 'name friendlyname',
  Incident: `operational_status ref org_id org_name caller_id caller_name team_id team_name team_email agent_id
    agent_name title description start_date end_date last_update close_date private_log status impact priority
    urgency origin service_id service_name servicesubcategory_id servicesubcategory_name escalation_flag
    escalation_reason assignment_date resolution_date last_pending_date cumulatedpending tto ttr
    tto_escalation_deadline sla_tto_passed sla_tto_over ttr_escalation_deadline sla_ttr_passed sla_ttr_over
    time_spent resolution_code solution pending_reason parent_incident_id parent_incident_ref parent_problem_id
    parent_problem_ref parent_change_id parent_change_ref public_log user_satisfaction user_comment finalclass
    friendlyname org_id_friendlyname caller_id_friendlyname team_id_friendlyname agent_id_friendlyname
    service_id_friendlyname servicesubcategory_id_friendlyname parent_incident_id_friendlyname
    parent_problem_id_friendlyname parent_change_id_friendlyname parent_change_id_finalclass_recall`,
  FunctionalCI: `name description org_id organization_name business_criticity move2production finalclass friendlyname obsolescence_date org_id_friendlyname`,
  InlineImage: 'expire temp_id item_class item_id item_org_id friendlyname',
  KnownError: `name org_id cust_name problem_id problem_ref symptom root_cause workaround solution error_code domain vendor
    model version friendlyname org_id_friendlyname problem_id_friendlyname`,
  Location: `name status org_id org_name address postal_code city country friendlyname obsolescence_date
    org_id_friendlyname`,
  MobilePhone: `name description org_id organization_name business_criticity move2production serialnumber location_id
    location_name status brand_id brand_name model_id model_name asset_number purchase_date end_of_warranty
    phonenumber imei finalclass friendlyname obsolescence_date org_id_friendlyname location_id_friendlyname
    brand_id_friendlyname model_id_friendlyname`,
  ModuleInstallation: 'name version installed comment parent_id friendlyname parent_id_friendlyname',
  NetworkDevice: `name description org_id organization_name business_criticity move2production serialnumber location_id
    location_name status brand_id brand_name model_id model_name asset_number purchase_date end_of_warranty
    rack_id rack_name enclosure_id enclosure_name nb_u managementip powerA_id powerA_name powerB_id powerB_name
    redundancy networkdevicetype_id networkdevicetype_name iosversion_id iosversion_name ram finalclass
    friendlyname obsolescence_date org_id_friendlyname location_id_friendlyname brand_id_friendlyname
    model_id_friendlyname rack_id_friendlyname enclosure_id_friendlyname powerA_id_friendlyname
    powerA_id_finalclass_recall powerB_id_friendlyname powerB_id_finalclass_recall
    networkdevicetype_id_friendlyname iosversion_id_friendlyname`,
  NormalChange: `operational_status ref org_id org_name caller_id caller_name team_id team_name team_email agent_id
    agent_name title description start_date end_date last_update close_date private_log status reason
    requestor_id requestor_email creation_date impact supervisor_group_id supervisor_group_name supervisor_id
    supervisor_email manager_group_id manager_group_name manager_id manager_email outage fallback parent_id
    parent_name approval_date approval_comment acceptance_date acceptance_comment finalclass friendlyname
    org_id_friendlyname caller_id_friendlyname team_id_friendlyname agent_id_friendlyname
    requestor_id_friendlyname supervisor_group_id_friendlyname supervisor_id_friendlyname
    manager_group_id_friendlyname manager_id_friendlyname parent_id_friendlyname parent_id_finalclass_recall`,
  PC: `name description org_id organization_name business_criticity move2production serialnumber location_id
    location_name status brand_id brand_name model_id model_name asset_number purchase_date end_of_warranty
    osfamily_id osfamily_name osversion_id osversion_name cpu ram type finalclass friendlyname obsolescence_date
    org_id_friendlyname location_id_friendlyname brand_id_friendlyname model_id_friendlyname
    osfamily_id_friendlyname osversion_id_friendlyname`,
  Printer: `name description org_id organization_name business_criticity move2production serialnumber location_id
    location_name status brand_id brand_name model_id model_name asset_number purchase_date end_of_warranty
    finalclass friendlyname obsolescence_date org_id_friendlyname location_id_friendlyname brand_id_friendlyname
    model_id_friendlyname`,
  Problem: `operational_status ref org_id org_name caller_id caller_name team_id team_name team_email agent_id
    agent_name title description start_date end_date last_update close_date private_log status service_id
    service_name servicesubcategory_id servicesubcategory_name product impact urgency priority related_change_id
    related_change_ref assignment_date resolution_date finalclass friendlyname org_id_friendlyname
    caller_id_friendlyname team_id_friendlyname agent_id_friendlyname service_id_friendlyname
    servicesubcategory_id_friendlyname related_change_id_friendlyname related_change_id_finalclass_recall`,
  QueryOQL: `name description is_template export_count export_last_date export_last_user_id export_last_user_contact oql
    fields finalclass friendlyname export_last_user_id_friendlyname export_last_user_id_finalclass_recall
    export_last_user_contact_friendlyname`,
  RoutineChange: `operational_status ref org_id org_name caller_id caller_name team_id team_name team_email agent_id
    agent_name title description start_date end_date last_update close_date private_log status reason
    requestor_id requestor_email creation_date impact supervisor_group_id supervisor_group_name supervisor_id
    supervisor_email manager_group_id manager_group_name manager_id manager_email outage fallback parent_id
    parent_name finalclass friendlyname org_id_friendlyname caller_id_friendlyname team_id_friendlyname
    agent_id_friendlyname requestor_id_friendlyname supervisor_group_id_friendlyname supervisor_id_friendlyname
    manager_group_id_friendlyname manager_id_friendlyname parent_id_friendlyname parent_id_finalclass_recall`,
  SLA: 'name description org_id organization_name friendlyname org_id_friendlyname',
  SLT: 'name priority request_type metric value unit friendlyname',
  Server: `name description org_id organization_name business_criticity move2production serialnumber location_id
    location_name status brand_id brand_name model_id model_name asset_number purchase_date end_of_warranty
    rack_id rack_name enclosure_id enclosure_name nb_u managementip powerA_id powerA_name powerB_id powerB_name
    redundancy osfamily_id osfamily_name osversion_id osversion_name oslicence_id oslicence_name cpu ram
    finalclass friendlyname obsolescence_date org_id_friendlyname location_id_friendlyname brand_id_friendlyname
    model_id_friendlyname rack_id_friendlyname enclosure_id_friendlyname powerA_id_friendlyname
    powerA_id_finalclass_recall powerB_id_friendlyname powerB_id_finalclass_recall osfamily_id_friendlyname
    osversion_id_friendlyname oslicence_id_friendlyname`,
  TagSetFieldData: 'code label description obj_class obj_attcode finalclass friendlyname',
  TriggerOnObjectCreate:
    'description context complement subscription_policy target_class filter finalclass friendlyname',
  TriggerOnObjectMention: `description context complement subscription_policy target_class filter mentioned_filter finalclass
    friendlyname`,
  TriggerOnObjectUpdate: `description context complement subscription_policy target_class filter target_attcodes finalclass
    friendlyname`,
  TriggerOnStateEnter:
    'description context complement subscription_policy target_class filter state finalclass friendlyname',
  TriggerOnStateLeave:
    'description context complement subscription_policy target_class filter state finalclass friendlyname',
  TriggerOnThresholdReached: `description context complement subscription_policy target_class filter stop_watch_code threshold_index
    finalclass friendlyname`,
  VirtualMachine: `name description org_id organization_name business_criticity move2production status virtualhost_id
    virtualhost_name osfamily_id osfamily_name osversion_id osversion_name oslicence_id oslicence_name cpu ram
    managementip finalclass friendlyname obsolescence_date org_id_friendlyname virtualhost_id_friendlyname
    virtualhost_id_finalclass_recall osfamily_id_friendlyname osversion_id_friendlyname
    oslicence_id_friendlyname`,
  WorkOrder: `name status description ticket_id ticket_ref team_id team_name agent_id agent_email start_date end_date log
    friendlyname ticket_id_friendlyname ticket_id_finalclass_recall team_id_friendlyname agent_id_friendlyname`,
  lnkContactToFunctionalCI: `functionalci_id functionalci_name contact_id contact_name friendlyname functionalci_id_friendlyname
    functionalci_id_finalclass_recall contact_id_friendlyname contact_id_finalclass_recall`,
  lnkContractToDocument: `contract_id contract_name customer_id provider_id document_id document_name friendlyname
    contract_id_friendlyname contract_id_finalclass_recall customer_id_friendlyname provider_id_friendlyname
    document_id_friendlyname document_id_finalclass_recall`,
  lnkCustomerContractToService: `customercontract_id customercontract_name provider_id service_id service_name sla_id sla_name friendlyname
    customercontract_id_friendlyname provider_id_friendlyname service_id_friendlyname sla_id_friendlyname`,
  lnkDeliveryModelToContact: `deliverymodel_id deliverymodel_name contact_id contact_name role_id role_name friendlyname
    deliverymodel_id_friendlyname contact_id_friendlyname contact_id_finalclass_recall role_id_friendlyname`,
  lnkDocumentToError: `document_id document_name error_id error_name link_type friendlyname document_id_friendlyname
    document_id_finalclass_recall error_id_friendlyname`,
  lnkDocumentToFunctionalCI: `functionalci_id functionalci_name document_id document_name friendlyname functionalci_id_friendlyname
    functionalci_id_finalclass_recall document_id_friendlyname document_id_finalclass_recall`,
  lnkDocumentToService: `service_id service_name document_id document_name friendlyname service_id_friendlyname
    document_id_friendlyname document_id_finalclass_recall`,
  lnkErrorToFunctionalCI: `functionalci_id functionalci_name error_id error_name reason friendlyname functionalci_id_friendlyname
    functionalci_id_finalclass_recall error_id_friendlyname`,
  lnkFunctionalCIToTicket: `ticket_id ticket_ref ticket_title functionalci_id functionalci_name impact impact_code friendlyname
    ticket_id_friendlyname ticket_id_finalclass_recall functionalci_id_friendlyname
    functionalci_id_finalclass_recall`,
  lnkSLAToSLT: `sla_id sla_name slt_id slt_name slt_metric slt_request_type slt_ticket_priority slt_value slt_value_unit
    friendlyname sla_id_friendlyname slt_id_friendlyname`,
  lnkTriggerAction: `action_id action_name trigger_id trigger_name order friendlyname action_id_friendlyname
    action_id_finalclass_recall trigger_id_friendlyname trigger_id_finalclass_recall`,
};
