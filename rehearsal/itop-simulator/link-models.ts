import type { Definition } from './class-definition.ts';

/** Link classes, as `*` shows them. `code*` alone is a link set that is always empty here. */
export const LINK_DEFINITIONS: Readonly<Record<string, Definition>> = {
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
