import type { Definition } from './class-definition.ts';

/** Contracts, service levels, articles, documents and types, as `*` shows them. `code*` alone is a link set that is always empty here. */
export const SERVICE_DEFINITIONS: Readonly<Record<string, Definition>> = {
  ContactType: { attributes: 'name finalclass friendlyname' },
  Contract: {
    attributes: `name org_id>Organization organization_name=org_id.name contacts_list* documents_list* description start_date
      end_date cost cost_currency contracttype_id>ContractType contracttype_name=contracttype_id.name
      billing_frequency cost_unit provider_id>Organization provider_name=provider_id.name status finalclass
      friendlyname org_id_friendlyname org_id_obsolescence_flag contracttype_id_friendlyname
      provider_id_friendlyname provider_id_obsolescence_flag`,
  },
  ContractType: { attributes: 'name finalclass friendlyname' },
  CustomerContract: {
    attributes: `name org_id>Organization organization_name=org_id.name contacts_list* documents_list* description start_date
      end_date cost cost_currency contracttype_id>ContractType contracttype_name=contracttype_id.name
      billing_frequency cost_unit provider_id>Organization provider_name=provider_id.name status services_list*
      functionalcis_list* providercontracts_list* finalclass friendlyname org_id_friendlyname
      org_id_obsolescence_flag contracttype_id_friendlyname provider_id_friendlyname provider_id_obsolescence_flag`,
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
      file! finalclass friendlyname obsolescence_flag obsolescence_date org_id_friendlyname
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
  FAQ: {
    attributes: `title summary description category_id>FAQCategory category_name=category_id.name error_code key_words
      domains friendlyname category_id_friendlyname`,
  },
  FAQCategory: { attributes: 'name faq_list* friendlyname' },
  SLA: {
    attributes: `name description org_id>Organization organization_name=org_id.name slts_list* customercontracts_list*
      friendlyname org_id_friendlyname org_id_obsolescence_flag`,
  },
  SLT: { attributes: 'name priority request_type metric value unit friendlyname' },
  Typology: { attributes: 'name finalclass friendlyname' },
};
