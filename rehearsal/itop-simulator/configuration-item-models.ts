import type { Definition } from './class-definition.ts';

/** Functional CIs of all final classes, as `*` shows them. `code*` alone is a link set that is always empty here. */
export const CONFIGURATION_ITEM_DEFINITIONS: Readonly<Record<string, Definition>> = {
  ApplicationSolution: {
    attributes: `name description org_id>Organization organization_name=org_id.name business_criticity move2production
      contacts_list* documents_list* applicationsolution_list* softwares_list* providercontracts_list*
      services_list* tickets_list* functionalcis_list* businessprocess_list* status redundancy finalclass
      friendlyname obsolescence_flag obsolescence_date org_id_friendlyname org_id_obsolescence_flag`,
  },
  CustomAsset: {
    attributes: `name asset_code org_id>Organization org_name=org_id.name owner_id>Person owner_email=owner_id.email
      contact_id>Contact parent_id>CustomAsset status skills labels notes long_notes body_html purchase_date
      last_checked price wear qty lease_time is_shared website support_email support_phone ip unlock_code secret
      pin! photo! manual! log tickets_list* children_list* friendlyname archive_flag archive_date obsolescence_flag
      obsolescence_date org_id_friendlyname org_id_obsolescence_flag owner_id_friendlyname
      owner_id_obsolescence_flag contact_id_friendlyname contact_id_finalclass_recall contact_id_obsolescence_flag
      parent_id_friendlyname parent_id_archive_flag parent_id_obsolescence_flag`,
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
  FunctionalCI: {
    attributes: `name description org_id>Organization organization_name=org_id.name business_criticity move2production
      contacts_list* documents_list* applicationsolution_list* softwares_list* providercontracts_list*
      services_list* tickets_list* finalclass friendlyname obsolescence_flag obsolescence_date org_id_friendlyname
      org_id_obsolescence_flag`,
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
};
