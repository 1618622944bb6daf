import type { Definition } from './generated-model.ts';

/** The classes beside people, organizations and requests, as `*` shows them. `code*` alone is a link set that is always empty here. */
export const WIDER_DEFINITIONS: Readonly<Record<string, Definition>> = {
  Action: { attributes: 'name description status trigger_list* asynchronous language finalclass friendlyname' },
  ActionEmail: {
    attributes: `name description status trigger_list* asynchronous language test_recipient from from_label reply_to
      reply_to_label to cc bcc subject body importance html_template ignore_notify finalclass friendlyname`,
  },
  ActionNewsroom: {
    attributes: `name description status trigger_list* asynchronous language title message icon priority
      test_recipient_id>Person recipients url finalclass friendlyname test_recipient_id_friendlyname
      test_recipient_id_obsolescence_flag`,
  },
  ApplicationSolution: {
    attributes: `name description org_id>Organization organization_name=org_id.name business_criticity move2production
      contacts_list* documents_list* applicationsolution_list* softwares_list* providercontracts_list*
      services_list* tickets_list* functionalcis_list* businessprocess_list* status redundancy finalclass
      friendlyname obsolescence_flag obsolescence_date org_id_friendlyname org_id_obsolescence_flag`,
  },
  Attachment: {
    attributes: `expire temp_id item_class item_id item_org_id contents creation_date user_id>User contact_id>Person
      friendlyname user_id_friendlyname user_id_finalclass_recall contact_id_friendlyname
      contact_id_obsolescence_flag`,
  },
  CMDBChange: {
    attributes: 'date userinfo user_id>User origin friendlyname user_id_friendlyname user_id_finalclass_recall',
  },
  CMDBChangeOp: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey finalclass friendlyname change_friendlyname
      user_id_friendlyname`,
  },
  CMDBChangeOpAttachmentAdded: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey attachment_id>Attachment filename finalclass
      friendlyname change_friendlyname user_id_friendlyname attachment_id_friendlyname`,
  },
  CMDBChangeOpCreate: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey finalclass friendlyname change_friendlyname
      user_id_friendlyname`,
  },
  CMDBChangeOpDelete: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey fclass fname finalclass friendlyname
      change_friendlyname user_id_friendlyname`,
  },
  CMDBChangeOpSetAttributeCaseLog: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey attcode lastentry finalclass friendlyname
      change_friendlyname user_id_friendlyname`,
  },
  CMDBChangeOpSetAttributeHTML: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey attcode prevdata finalclass friendlyname
      change_friendlyname user_id_friendlyname`,
  },
  CMDBChangeOpSetAttributeLinksAddRemove: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey attcode item_class item_id type finalclass
      friendlyname change_friendlyname user_id_friendlyname`,
  },
  CMDBChangeOpSetAttributeScalar: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey attcode oldvalue newvalue finalclass
      friendlyname change_friendlyname user_id_friendlyname`,
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
  ContactType: { attributes: 'name finalclass friendlyname' },
  Contract: {
    attributes: `name org_id>Organization organization_name=org_id.name contacts_list* documents_list* description start_date
      end_date cost cost_currency contracttype_id>ContractType contracttype_name=contracttype_id.name
      billing_frequency cost_unit provider_id>Organization provider_name=provider_id.name status finalclass
      friendlyname org_id_friendlyname org_id_obsolescence_flag contracttype_id_friendlyname
      provider_id_friendlyname provider_id_obsolescence_flag`,
  },
  ContractType: { attributes: 'name finalclass friendlyname' },
  CustomAsset: {
    attributes: `name asset_code org_id>Organization org_name=org_id.name owner_id>Person owner_email=owner_id.email
      contact_id>Contact parent_id>CustomAsset status skills labels notes long_notes body_html purchase_date
      last_checked price wear qty lease_time is_shared website support_email support_phone ip unlock_code secret
      pin photo manual log tickets_list* children_list* friendlyname archive_flag archive_date obsolescence_flag
      obsolescence_date org_id_friendlyname org_id_obsolescence_flag owner_id_friendlyname
      owner_id_obsolescence_flag contact_id_friendlyname contact_id_finalclass_recall contact_id_obsolescence_flag
      parent_id_friendlyname parent_id_archive_flag parent_id_obsolescence_flag`,
  },
  CustomerContract: {
    attributes: `name org_id>Organization organization_name=org_id.name contacts_list* documents_list* description start_date
      end_date cost cost_currency contracttype_id>ContractType contracttype_name=contracttype_id.name
      billing_frequency cost_unit provider_id>Organization provider_name=provider_id.name status services_list*
      functionalcis_list* providercontracts_list* finalclass friendlyname org_id_friendlyname
      org_id_obsolescence_flag contracttype_id_friendlyname provider_id_friendlyname provider_id_obsolescence_flag`,
  },
  DBServer: {
    attributes: `name description org_id>Organization organization_name=org_id.name business_criticity move2production
      contacts_list* documents_list* applicationsolution_list* softwares_list* providercontracts_list*
      services_list* tickets_list* system_id>FunctionalCI system_name=system_id.name software_id>Software
      software_name=software_id.name softwarelicence_id>SoftwareLicence
      softwarelicence_name=softwarelicence_id.name path status dbschema_list* finalclass friendlyname
      obsolescence_flag obsolescence_date org_id_friendlyname org_id_obsolescence_flag system_id_friendlyname
      system_id_finalclass_recall system_id_obsolescence_flag software_id_friendlyname
      softwarelicence_id_friendlyname softwarelicence_id_obsolescence_flag`,
  },
  DatabaseSchema: {
    attributes: `name description org_id>Organization organization_name=org_id.name business_criticity move2production
      contacts_list* documents_list* applicationsolution_list* softwares_list* providercontracts_list*
      services_list* tickets_list* dbserver_id>DBServer dbserver_name=dbserver_id.name finalclass friendlyname
      obsolescence_flag obsolescence_date org_id_friendlyname org_id_obsolescence_flag dbserver_id_friendlyname
      dbserver_id_obsolescence_flag`,
  },
  DeliveryModel: {
    attributes: `name org_id>Organization organization_name=org_id.name description contacts_list* customers_list*
      friendlyname org_id_friendlyname org_id_obsolescence_flag`,
  },
  Document: {
    attributes: `name org_id>Organization org_name=org_id.name documenttype_id>DocumentType
      documenttype_name=documenttype_id.name version description status cis_list* contracts_list* services_list*
      finalclass friendlyname obsolescence_flag obsolescence_date org_id_friendlyname org_id_obsolescence_flag
      documenttype_id_friendlyname`,
  },
  DocumentFile: {
    attributes: `name org_id>Organization org_name=org_id.name documenttype_id>DocumentType
      documenttype_name=documenttype_id.name version description status cis_list* contracts_list* services_list*
      file finalclass friendlyname obsolescence_flag obsolescence_date org_id_friendlyname
      org_id_obsolescence_flag documenttype_id_friendlyname`,
  },
  DocumentNote: {
    attributes: `name org_id>Organization org_name=org_id.name documenttype_id>DocumentType
      documenttype_name=documenttype_id.name version description status cis_list* contracts_list* services_list*
      text finalclass friendlyname obsolescence_flag obsolescence_date org_id_friendlyname
      org_id_obsolescence_flag documenttype_id_friendlyname`,
  },
  DocumentType: { attributes: 'name finalclass friendlyname' },
  DocumentWeb: {
    attributes: `name org_id>Organization org_name=org_id.name documenttype_id>DocumentType
      documenttype_name=documenttype_id.name version description status cis_list* contracts_list* services_list*
      url finalclass friendlyname obsolescence_flag obsolescence_date org_id_friendlyname org_id_obsolescence_flag
      documenttype_id_friendlyname`,
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
  FAQ: {
    attributes: `title summary description category_id>FAQCategory category_name=category_id.name error_code key_words
      domains friendlyname category_id_friendlyname`,
  },
  FAQCategory: { attributes: 'name faq_list* friendlyname' },
  FunctionalCI: {
    attributes: `name description org_id>Organization organization_name=org_id.name business_criticity move2production
      contacts_list* documents_list* applicationsolution_list* softwares_list* providercontracts_list*
      services_list* tickets_list* finalclass friendlyname obsolescence_flag obsolescence_date org_id_friendlyname
      org_id_obsolescence_flag`,
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
  InlineImage: { attributes: 'expire temp_id item_class item_id item_org_id contents secret friendlyname' },
  KnownError: {
    attributes: `name org_id>Organization cust_name=org_id.name problem_id>Problem problem_ref=problem_id.ref symptom
      root_cause workaround solution error_code domain vendor model version ci_list* document_list* friendlyname
      org_id_friendlyname org_id_obsolescence_flag problem_id_friendlyname`,
  },
  Location: {
    attributes: `name status org_id>Organization org_name=org_id.name address postal_code city country person_list*
      physicaldevice_list* friendlyname obsolescence_flag obsolescence_date org_id_friendlyname
      org_id_obsolescence_flag`,
  },
  MobilePhone: {
    attributes: `name description org_id>Organization organization_name=org_id.name business_criticity move2production
      contacts_list* documents_list* applicationsolution_list* softwares_list* providercontracts_list*
      services_list* tickets_list* serialnumber location_id>Location location_name=location_id.name status
      brand_id>Brand brand_name=brand_id.name model_id>Model model_name=model_id.name asset_number purchase_date
      end_of_warranty phonenumber imei hw_pin finalclass friendlyname obsolescence_flag obsolescence_date
      org_id_friendlyname org_id_obsolescence_flag location_id_friendlyname location_id_obsolescence_flag
      brand_id_friendlyname model_id_friendlyname`,
  },
  NetworkDevice: {
    attributes: `name description org_id>Organization organization_name=org_id.name business_criticity move2production
      contacts_list* documents_list* applicationsolution_list* softwares_list* providercontracts_list*
      services_list* tickets_list* serialnumber location_id>Location location_name=location_id.name status
      brand_id>Brand brand_name=brand_id.name model_id>Model model_name=model_id.name asset_number purchase_date
      end_of_warranty networkdevice_list* physicalinterface_list* rack_id>Rack rack_name=rack_id.name
      enclosure_id>Enclosure enclosure_name=enclosure_id.name nb_u managementip powerA_id>PowerConnection
      powerA_name=powerA_id.name powerB_id>PowerConnection powerB_name=powerB_id.name fiberinterfacelist_list*
      san_list* redundancy networkdevicetype_id>NetworkDeviceType networkdevicetype_name=networkdevicetype_id.name
      connectablecis_list* iosversion_id>IOSVersion iosversion_name=iosversion_id.name ram finalclass friendlyname
      obsolescence_flag obsolescence_date org_id_friendlyname org_id_obsolescence_flag location_id_friendlyname
      location_id_obsolescence_flag brand_id_friendlyname model_id_friendlyname rack_id_friendlyname
      rack_id_obsolescence_flag enclosure_id_friendlyname enclosure_id_obsolescence_flag powerA_id_friendlyname
      powerA_id_finalclass_recall powerA_id_obsolescence_flag powerB_id_friendlyname powerB_id_finalclass_recall
      powerB_id_obsolescence_flag networkdevicetype_id_friendlyname iosversion_id_friendlyname`,
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
  PC: {
    attributes: `name description org_id>Organization organization_name=org_id.name business_criticity move2production
      contacts_list* documents_list* applicationsolution_list* softwares_list* providercontracts_list*
      services_list* tickets_list* serialnumber location_id>Location location_name=location_id.name status
      brand_id>Brand brand_name=brand_id.name model_id>Model model_name=model_id.name asset_number purchase_date
      end_of_warranty networkdevice_list* physicalinterface_list* osfamily_id>OSFamily
      osfamily_name=osfamily_id.name osversion_id>OSVersion osversion_name=osversion_id.name cpu ram type
      finalclass friendlyname obsolescence_flag obsolescence_date org_id_friendlyname org_id_obsolescence_flag
      location_id_friendlyname location_id_obsolescence_flag brand_id_friendlyname model_id_friendlyname
      osfamily_id_friendlyname osversion_id_friendlyname`,
  },
  Printer: {
    attributes: `name description org_id>Organization organization_name=org_id.name business_criticity move2production
      contacts_list* documents_list* applicationsolution_list* softwares_list* providercontracts_list*
      services_list* tickets_list* serialnumber location_id>Location location_name=location_id.name status
      brand_id>Brand brand_name=brand_id.name model_id>Model model_name=model_id.name asset_number purchase_date
      end_of_warranty networkdevice_list* physicalinterface_list* finalclass friendlyname obsolescence_flag
      obsolescence_date org_id_friendlyname org_id_obsolescence_flag location_id_friendlyname
      location_id_obsolescence_flag brand_id_friendlyname model_id_friendlyname`,
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
  Query: {
    attributes: `name description is_template export_count export_last_date export_last_user_id>User
      export_last_user_contact>Contact finalclass friendlyname export_last_user_id_friendlyname
      export_last_user_id_finalclass_recall export_last_user_contact_friendlyname
      export_last_user_contact_obsolescence_flag`,
  },
  QueryOQL: {
    attributes: `name description is_template export_count export_last_date export_last_user_id>User
      export_last_user_contact>Contact oql fields finalclass friendlyname export_last_user_id_friendlyname
      export_last_user_id_finalclass_recall export_last_user_contact_friendlyname
      export_last_user_contact_obsolescence_flag`,
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
  SLA: {
    attributes: `name description org_id>Organization organization_name=org_id.name slts_list* customercontracts_list*
      friendlyname org_id_friendlyname org_id_obsolescence_flag`,
  },
  SLT: { attributes: 'name priority request_type metric value unit friendlyname' },
  Server: {
    attributes: `name description org_id>Organization organization_name=org_id.name business_criticity move2production
      contacts_list* documents_list* applicationsolution_list* softwares_list* providercontracts_list*
      services_list* tickets_list* serialnumber location_id>Location location_name=location_id.name status
      brand_id>Brand brand_name=brand_id.name model_id>Model model_name=model_id.name asset_number purchase_date
      end_of_warranty networkdevice_list* physicalinterface_list* rack_id>Rack rack_name=rack_id.name
      enclosure_id>Enclosure enclosure_name=enclosure_id.name nb_u managementip powerA_id>PowerConnection
      powerA_name=powerA_id.name powerB_id>PowerConnection powerB_name=powerB_id.name fiberinterfacelist_list*
      san_list* redundancy osfamily_id>OSFamily osfamily_name=osfamily_id.name osversion_id>OSVersion
      osversion_name=osversion_id.name oslicence_id>OSLicence oslicence_name=oslicence_id.name cpu ram
      logicalvolumes_list* finalclass friendlyname obsolescence_flag obsolescence_date org_id_friendlyname
      org_id_obsolescence_flag location_id_friendlyname location_id_obsolescence_flag brand_id_friendlyname
      model_id_friendlyname rack_id_friendlyname rack_id_obsolescence_flag enclosure_id_friendlyname
      enclosure_id_obsolescence_flag powerA_id_friendlyname powerA_id_finalclass_recall
      powerA_id_obsolescence_flag powerB_id_friendlyname powerB_id_finalclass_recall powerB_id_obsolescence_flag
      osfamily_id_friendlyname osversion_id_friendlyname oslicence_id_friendlyname oslicence_id_obsolescence_flag`,
  },
  TagSetFieldData: { attributes: 'code label description obj_class obj_attcode finalclass friendlyname' },
  TagSetFieldDataFor_CustomAsset__labels: {
    attributes: 'code label description obj_class obj_attcode finalclass friendlyname',
  },
  TagSetFieldDataFor_FAQ__domains: {
    attributes: 'code label description obj_class obj_attcode finalclass friendlyname',
  },
  TagSetFieldDataFor_UserRequest__acme_topics: {
    attributes: 'code label description obj_class obj_attcode finalclass friendlyname',
  },
  Trigger: { attributes: 'description action_list* context complement subscription_policy finalclass friendlyname' },
  TriggerOnObjectCreate: {
    attributes:
      'description action_list* context complement subscription_policy target_class filter finalclass friendlyname',
  },
  TriggerOnObjectMention: {
    attributes: `description action_list* context complement subscription_policy target_class filter mentioned_filter
      finalclass friendlyname`,
  },
  TriggerOnObjectUpdate: {
    attributes: `description action_list* context complement subscription_policy target_class filter target_attcodes
      finalclass friendlyname`,
  },
  TriggerOnStateEnter: {
    attributes: `description action_list* context complement subscription_policy target_class filter state finalclass
      friendlyname`,
  },
  TriggerOnStateLeave: {
    attributes: `description action_list* context complement subscription_policy target_class filter state finalclass
      friendlyname`,
  },
  TriggerOnThresholdReached: {
    attributes: `description action_list* context complement subscription_policy target_class filter stop_watch_code
      threshold_index finalclass friendlyname`,
  },
  Typology: { attributes: 'name finalclass friendlyname' },
  VirtualMachine: {
    attributes: `name description org_id>Organization organization_name=org_id.name business_criticity move2production
      contacts_list* documents_list* applicationsolution_list* softwares_list* providercontracts_list*
      services_list* tickets_list* status logicalvolumes_list* virtualhost_id>VirtualHost
      virtualhost_name=virtualhost_id.name osfamily_id>OSFamily osfamily_name=osfamily_id.name
      osversion_id>OSVersion osversion_name=osversion_id.name oslicence_id>OSLicence
      oslicence_name=oslicence_id.name cpu ram logicalinterface_list* managementip finalclass friendlyname
      obsolescence_flag obsolescence_date org_id_friendlyname org_id_obsolescence_flag virtualhost_id_friendlyname
      virtualhost_id_finalclass_recall virtualhost_id_obsolescence_flag osfamily_id_friendlyname
      osversion_id_friendlyname oslicence_id_friendlyname oslicence_id_obsolescence_flag`,
  },
  WorkOrder: {
    attributes: `name status description ticket_id>Ticket ticket_ref=ticket_id.ref team_id>Team team_name=team_id.name
      agent_id>Person agent_email=agent_id.email start_date end_date log friendlyname ticket_id_friendlyname
      ticket_id_finalclass_recall team_id_friendlyname team_id_obsolescence_flag agent_id_friendlyname
      agent_id_obsolescence_flag`,
  },
  lnkContactToFunctionalCI: {
    attributes: `functionalci_id>FunctionalCI functionalci_name=functionalci_id.name contact_id>Contact
      contact_name=contact_id.name friendlyname functionalci_id_friendlyname functionalci_id_finalclass_recall
      functionalci_id_obsolescence_flag contact_id_friendlyname contact_id_finalclass_recall
      contact_id_obsolescence_flag`,
  },
  lnkContractToDocument: {
    attributes: `contract_id>Contract contract_name=contract_id.name customer_id=contract_id.org_id
      provider_id=contract_id.provider_id document_id>Document document_name=document_id.name friendlyname
      contract_id_friendlyname contract_id_finalclass_recall customer_id_friendlyname
      customer_id_obsolescence_flag provider_id_friendlyname provider_id_obsolescence_flag
      document_id_friendlyname document_id_finalclass_recall document_id_obsolescence_flag`,
  },
  lnkCustomAssetToTicket: {
    attributes: `asset_id>CustomAsset asset_name=asset_id.name ticket_id>Ticket ticket_ref=ticket_id.ref reason friendlyname
      asset_id_friendlyname asset_id_archive_flag asset_id_obsolescence_flag ticket_id_friendlyname
      ticket_id_finalclass_recall`,
  },
  lnkCustomerContractToService: {
    attributes: `customercontract_id>CustomerContract customercontract_name=customercontract_id.name
      provider_id=customercontract_id.provider_id service_id>Service service_name=service_id.name sla_id>SLA
      sla_name=sla_id.name friendlyname customercontract_id_friendlyname provider_id_friendlyname
      provider_id_obsolescence_flag service_id_friendlyname sla_id_friendlyname`,
  },
  lnkDeliveryModelToContact: {
    attributes: `deliverymodel_id>DeliveryModel deliverymodel_name=deliverymodel_id.name contact_id>Contact
      contact_name=contact_id.name role_id>ContactType role_name=role_id.name friendlyname
      deliverymodel_id_friendlyname contact_id_friendlyname contact_id_finalclass_recall
      contact_id_obsolescence_flag role_id_friendlyname`,
  },
  lnkDocumentToError: {
    attributes: `document_id>Document document_name=document_id.name error_id>KnownError error_name=error_id.name link_type
      friendlyname document_id_friendlyname document_id_finalclass_recall document_id_obsolescence_flag
      error_id_friendlyname`,
  },
  lnkDocumentToFunctionalCI: {
    attributes: `functionalci_id>FunctionalCI functionalci_name=functionalci_id.name document_id>Document
      document_name=document_id.name friendlyname functionalci_id_friendlyname functionalci_id_finalclass_recall
      functionalci_id_obsolescence_flag document_id_friendlyname document_id_finalclass_recall
      document_id_obsolescence_flag`,
  },
  lnkDocumentToService: {
    attributes: `service_id>Service service_name=service_id.name document_id>Document document_name=document_id.name
      friendlyname service_id_friendlyname document_id_friendlyname document_id_finalclass_recall
      document_id_obsolescence_flag`,
  },
  lnkErrorToFunctionalCI: {
    attributes: `functionalci_id>FunctionalCI functionalci_name=functionalci_id.name error_id>KnownError
      error_name=error_id.name reason friendlyname functionalci_id_friendlyname functionalci_id_finalclass_recall
      functionalci_id_obsolescence_flag error_id_friendlyname`,
  },
  lnkFunctionalCIToTicket: {
    attributes: `ticket_id>Ticket ticket_ref=ticket_id.ref ticket_title=ticket_id.title functionalci_id>FunctionalCI
      functionalci_name=functionalci_id.name impact impact_code friendlyname ticket_id_friendlyname
      ticket_id_finalclass_recall functionalci_id_friendlyname functionalci_id_finalclass_recall
      functionalci_id_obsolescence_flag`,
  },
  lnkSLAToSLT: {
    attributes: `sla_id>SLA sla_name=sla_id.name slt_id>SLT slt_name=slt_id.name slt_metric=slt_id.metric
      slt_request_type=slt_id.request_type slt_ticket_priority=slt_id.priority slt_value=slt_id.value
      slt_value_unit=slt_id.unit friendlyname sla_id_friendlyname slt_id_friendlyname`,
  },
  lnkTriggerAction: {
    attributes: `action_id>Action action_name=action_id.name trigger_id>Trigger trigger_name=trigger_id.description order
      friendlyname action_id_friendlyname action_id_finalclass_recall trigger_id_friendlyname
      trigger_id_finalclass_recall`,
  },
};
