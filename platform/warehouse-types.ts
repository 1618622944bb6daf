// Made from the migrated database by `npm run types`; a test holds it against the schema. Do not edit.
import type { ColumnType } from 'kysely';

/** A bigint: the driver gives it as text, so that no digit is lost. */
export type Int8 = ColumnType<string, string | number | bigint, string | number | bigint>;
export type Numeric = ColumnType<string, string | number, string | number>;
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
/** What is inside is the statement's to say ($narrowType); written as JSON text. */
export type Json = ColumnType<unknown, string, string>;
/** Has a default: an insert may leave it out. */
export type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>;
/** Numbered by the database alone. */
export type Identity<T> = T extends ColumnType<infer S, unknown, unknown> ? ColumnType<S, never, never> : never;

export interface HandoffApproval {
  approval_key: string;
  class: string;
  approver: string;
  email: string | null;
  approved: Int8;
  rejected: Int8;
  waiting: Int8;
  last_start_local: string | null;
  proposal: string;
}

export interface HandoffArticleReview {
  faq_key: string;
  title: string | null;
  category_name: string | null;
  word_count: Int8;
  length: string | null;
  picture_count: Int8;
  loss_count: number;
  error_code: string | null;
  key_words: string | null;
  domains: string | null;
  review: string;
}

export interface HandoffAttribute {
  source_key: string;
  raw_version: Int8;
  final_class: string;
  label: string | null;
  attribute: string;
  is_decided: boolean;
  value: Json | null;
}

export interface HandoffAttributePlan {
  class: string | null;
  attribute: string | null;
  home: string | null;
  plan: string | null;
  reason: string | null;
  objects: Int8 | null;
  example: string | null;
}

export interface HandoffCollectionPlan {
  faq_category_key: string;
  category: string;
  collection: string;
  articles: Int8;
  short_articles: Int8;
  proposal: string;
}

export interface HandoffCrosswalk {
  workspace_id_code: string | null;
  source_key: string;
  itop_class: string;
  itop_id: string;
  itop_ref: string | null;
  target_type: string;
  intercom_id: string | null;
  region: string | null;
  disposition: string | null;
  state: 'open' | 'closed' | 'snoozed' | null;
}

export interface HandoffCustomObjectSetup {
  type_identifier: string;
  attribute: string | null;
  data_type: string | null;
  filled_from: string;
}

export interface HandoffFile {
  file_key: string;
  source_key: string;
  class: string;
  belongs_to: string;
  file_name: string | null;
  media_type: string | null;
  byte_size: Int8 | null;
  blob_hash: Buffer | null;
  finding: 'empty file' | 'bytes missing' | 'bytes differ' | 'refused by type' | null;
}

export interface HandoffObject {
  source_key: string;
  raw_version: Int8;
  root_class: string;
  final_class: string;
  destination: 'conversation' | 'contact' | 'company' | 'teammate' | 'custom_object' | 'article' | 'collection' | 'tag' | 'attachment' | 'handoff' | 'reference' | 'excluded';
  field: Json;
  migrated_tickets: string;
  approval: string | null;
}

export interface HandoffRole {
  user_key: string;
  login: string | null;
  person: string | null;
  email: string | null;
  account_kind: string;
  is_enabled: boolean | null;
  profiles: string;
  recommendation: string;
}

export interface HandoffScopeArchive {
  source_key: string;
  final_class: string;
  ref: string;
  excluded_reason: string;
  field: Json;
}

export interface HandoffServiceTaxonomy {
  taxonomy_key: string;
  family: string | null;
  service: string | null;
  service_status: string | null;
  subcategory: string | null;
  request_type: string | null;
  tickets: Int8;
  last_ticket_at: Timestamp | null;
  review: string;
}

export interface HandoffSlaCoverage {
  sla_coverage_key: string;
  customer: string | null;
  contract: string | null;
  contract_status: string | null;
  contract_end_date: string | null;
  service_name: string | null;
  sla_name: string | null;
}

export interface HandoffSlaTarget {
  sla_target_key: string;
  sla_key: string;
  sla_name: string | null;
  provider: string | null;
  target_name: string | null;
  metric: string | null;
  request_type: string | null;
  priority: string | null;
  value: string | null;
  unit: string | null;
  minutes: Numeric | null;
}

export interface HandoffTeamSetup {
  team_key: string;
  name: string | null;
  email: string | null;
  members: string;
  tickets: Int8;
}

export interface HandoffTeammateSetup {
  person_key: string;
  name: string | null;
  email: string | null;
  recommendation: string;
  teams: string;
  assigned_tickets: Int8;
}

export interface HandoffWorkflow {
  workflow_key: string;
  trigger_name: string | null;
  trigger_kind: string;
  class: string | null;
  condition: string | null;
  filter: string | null;
  action_name: string | null;
  action_kind: string | null;
  action_status: string | null;
  recipients: string | null;
  subject: string | null;
  proposal: string;
}

export interface IntercomArticle {
  target_key: string;
  source_key: string;
  raw_version: Int8;
  title: string;
  body: string;
  description: string | null;
  collection_key: string | null;
  state: string;
  payload_hash: Buffer;
}

export interface IntercomAttribute {
  target_key: string | null;
  model: string;
  name: string | null;
  data_type: string | null;
  description: string;
}

export interface IntercomCollection {
  target_key: string;
  source_key: string;
  raw_version: Int8;
  name: string | null;
  description: string | null;
  parent_key: string | null;
  payload_hash: Buffer;
}

export interface IntercomCommentHtml {
  target_key: string;
  conversation_key: string;
  body: string | null;
  attributed_body: string | null;
}

export interface IntercomCompany {
  target_key: string;
  source_key: string;
  raw_version: Int8;
  company_id: string | null;
  name: string;
  custom_attributes: Json | null;
  payload_hash: Buffer;
}

export interface IntercomCompanyDefinition {
  target_key: string;
  source_key: string;
  raw_version: Int8;
  company_id: string | null;
  name: string;
  custom_attributes: Json | null;
  payload_hash: Buffer;
}

export interface IntercomContact {
  target_key: string;
  source_key: string;
  raw_version: Int8 | null;
  role: string;
  email: string | null;
  external_id: string | null;
  name: string;
  phone: string | null;
  custom_attributes: Json;
  payload_hash: Buffer;
}

export interface IntercomContactCompany {
  target_key: string;
  contact_key: string | null;
  company_key: string;
}

export interface IntercomContactCompanyDefinition {
  target_key: string | null;
  contact_key: string | null;
  company_key: string;
}

export interface IntercomContactDefinition {
  target_key: string;
  source_key: string;
  raw_version: Int8 | null;
  role: string;
  email: string | null;
  external_id: string | null;
  name: string;
  phone: string | null;
  custom_attributes: Json;
  payload_hash: Buffer;
}

export interface IntercomConversation {
  target_key: string;
  source_key: string;
  raw_version: Int8;
  contact_key: string;
  created_at: Timestamp;
  body: string;
  marker: string;
  title: string | null;
  company_key: string | null;
  custom_attributes: Json;
  state: 'open' | 'closed' | 'snoozed';
  snoozed_until: Timestamp | null;
  assignee_key: string | null;
  team_name: string | null;
  part_count: number;
  payload_hash: Buffer;
}

export interface IntercomConversationDefinition {
  target_key: string;
  source_key: string;
  raw_version: Int8;
  contact_key: string;
  created_at: Timestamp;
  body: string;
  marker: string;
  title: string | null;
  company_key: string | null;
  custom_attributes: Json;
  state: 'open' | 'closed' | 'snoozed';
  snoozed_until: Timestamp | null;
  assignee_key: string | null;
  team_name: string | null;
  part_count: number;
  payload_hash: Buffer;
}

export interface IntercomConversationPart {
  target_key: string;
  item_key: string;
  conversation_key: string;
  position: number;
  part_type: string;
  author_kind: string | null;
  author_key: string | null;
  created_at: Timestamp | null;
  body: string | null;
  attributed_body: string | null;
  body_format: string;
  payload_hash: Buffer;
}

export interface IntercomConversationPartDefinition {
  target_key: string | null;
  item_key: string;
  conversation_key: string;
  position: number;
  part_type: string;
  author_kind: string | null;
  author_key: string | null;
  created_at: Timestamp | null;
  body: string | null;
  attributed_body: string | null;
  body_format: string;
  payload_hash: Buffer;
}

export interface IntercomConversationPartFile {
  target_key: string;
  source_key: string;
  raw_version: Int8;
  part_key: string;
  conversation_key: string;
  position: number;
  file_name: string;
  media_type: string | null;
  blob_hash: Buffer | null;
  byte_size: Int8 | null;
  payload_hash: Buffer;
}

export interface IntercomConversationPartFileDefinition {
  target_key: string;
  source_key: string;
  raw_version: Int8;
  part_key: string;
  conversation_key: string;
  position: number;
  file_name: string;
  media_type: string | null;
  blob_hash: Buffer | null;
  byte_size: Int8 | null;
  payload_hash: Buffer;
}

export interface IntercomConversationRelation {
  target_key: string | null;
  source_key: string;
  raw_version: Int8;
  conversation_key: string;
  attribute: string | null;
  instance_keys: string[];
  payload_hash: Buffer;
}

export interface IntercomConversationTag {
  target_key: string | null;
  source_key: string;
  raw_version: Int8;
  conversation_key: string;
  tag_key: string | null;
  payload_hash: Buffer | null;
}

export interface IntercomCustomObjectInstance {
  target_key: string;
  source_key: string;
  raw_version: Int8;
  type_identifier: string;
  external_id: string;
  external_created_at: Timestamp | null;
  external_updated_at: Timestamp | null;
  custom_attributes: Json | null;
  payload_hash: Buffer;
}

export interface IntercomTag {
  target_key: string | null;
  source_key: string;
  raw_version: Int8 | null;
  name: string | null;
  payload_hash: Buffer | null;
}

export interface IntercomTeammate {
  target_key: string;
  email: string | null;
  name: string | null;
}

export interface IntermediateAccountRole {
  user_key: string;
  person_key: string | null;
  login: string | null;
  is_portal: boolean;
}

export interface IntermediateAccountRoleDefinition {
  user_key: string;
  person_key: string | null;
  login: string | null;
  is_portal: boolean;
}

export interface IntermediateArticleBody {
  faq_key: string;
  source_hash: Buffer | null;
  source_format: string;
  source: string;
}

export interface IntermediateArticleText {
  faq_key: string;
  text: string | null;
  word_count: Int8 | null;
  length: string | null;
  picture_count: Int8;
  loss_count: number;
}

export interface IntermediateAttachment {
  attachment_key: string;
  raw_version: Int8;
  itop_id: Int8;
  owner_class: string | null;
  owner_id: string | null;
  ticket_key: string | null;
  user_key: string | null;
  contact_key: string | null;
  created_at: Timestamp | null;
  observed_at: Timestamp;
}

export interface IntermediateAttachmentDefinition {
  attachment_key: string;
  raw_version: Int8;
  itop_id: Int8;
  owner_class: string | null;
  owner_id: string | null;
  ticket_key: string | null;
  user_key: string | null;
  contact_key: string | null;
  created_at: Timestamp | null;
  observed_at: Timestamp;
}

export interface IntermediateAttachmentPlace {
  attachment_key: string;
  raw_version: Int8;
  itop_id: Int8;
  ticket_key: string;
  item_key: string | null;
  placed_by: string | null;
  user_key: string | null;
  uploader_name: string;
  created_at: Timestamp | null;
  file_name: string;
  media_type: string | null;
  blob_hash: Buffer | null;
  byte_size: Int8 | null;
  finding: 'empty file' | 'bytes missing' | 'bytes differ' | 'refused by type' | null;
  is_sendable: boolean;
}

export interface IntermediateAttachmentPlaceDefinition {
  attachment_key: string;
  raw_version: Int8;
  itop_id: Int8;
  ticket_key: string;
  item_key: string | null;
  placed_by: string | null;
  user_key: string | null;
  uploader_name: string;
  created_at: Timestamp | null;
  file_name: string;
  media_type: string | null;
  blob_hash: Buffer | null;
  byte_size: Int8 | null;
  finding: 'empty file' | 'bytes missing' | 'bytes differ' | 'refused by type' | null;
  is_sendable: boolean;
}

export interface IntermediateAttributeValue {
  source_key: string;
  attribute: string | null;
  home: string;
  target_model: 'contact' | 'company' | 'conversation' | 'custom_object' | 'article' | 'collection' | null;
  target_name: string | null;
  data_type: string | null;
  label: string | null;
  position: number | null;
  value: string | null;
  own_value: string;
}

export interface IntermediateChangeOperation {
  change_operation_key: string;
  raw_version: Int8;
  final_class: string;
  change_key: string | null;
  ticket_key: string | null;
  object_class: string | null;
  user_key: string | null;
  user_info: string | null;
  changed_local: string | null;
  attribute: string | null;
  log_index: number | null;
  attachment_key: string | null;
  observed_at: Timestamp;
}

export interface IntermediateChangeOperationDefinition {
  change_operation_key: string;
  raw_version: Int8;
  final_class: string;
  change_key: string | null;
  ticket_key: string | null;
  object_class: string | null;
  user_key: string | null;
  user_info: string | null;
  changed_local: string | null;
  attribute: string | null;
  log_index: number | null;
  attachment_key: string | null;
  observed_at: Timestamp;
}

export interface IntermediateContactDecision {
  person_key: string;
  organization_key: string | null;
  survivor_key: string | null;
  is_loaded: boolean | null;
  excluded_reason: string | null;
}

export interface IntermediateContactDecisionDefinition {
  person_key: string;
  organization_key: string | null;
  survivor_key: string | null;
  is_loaded: boolean | null;
  excluded_reason: string | null;
}

export interface IntermediateContactMerge {
  person_key: string;
  survivor_key: string | null;
  merged_count: Int8;
}

export interface IntermediateContactToTicket {
  contact_to_ticket_key: string;
  raw_version: Int8;
  ticket_key: string | null;
  contact_key: string | null;
  contact_class: string | null;
  contact_name: string | null;
  role_code: string | null;
  observed_at: Timestamp;
}

export interface IntermediateContactToTicketDefinition {
  contact_to_ticket_key: string;
  raw_version: Int8;
  ticket_key: string | null;
  contact_key: string | null;
  contact_class: string | null;
  contact_name: string | null;
  role_code: string | null;
  observed_at: Timestamp;
}

export interface IntermediateConversationAttribute {
  ticket_key: string;
  attributes: Json;
}

export interface IntermediateConversationAttributeDefinition {
  ticket_key: string;
  attributes: Json;
}

export interface IntermediateCustomAttribute {
  source_key: string;
  target_model: 'contact' | 'company' | 'conversation' | 'custom_object' | 'article' | 'collection' | null;
  target_name: string | null;
  data_type: string | null;
  value: string;
  target_value: Json | null;
  is_truncated: boolean | null;
}

export interface IntermediateDependencyEdge {
  changed_key: string;
  ticket_key: string;
}

export interface IntermediateFoldedMessage {
  item_key: string;
  ticket_key: string;
  is_private: boolean;
  place: number;
  transcript_key: string;
}

export interface IntermediateForm {
  template_id: string;
  question: Json;
}

export interface IntermediateFunctionalCiToTicket {
  functional_ci_to_ticket_key: string;
  raw_version: Int8;
  ticket_key: string | null;
  functional_ci_key: string | null;
  ci_class: string | null;
  ci_name: string | null;
  impact_code: string | null;
  observed_at: Timestamp;
}

export interface IntermediateFunctionalCiToTicketDefinition {
  functional_ci_to_ticket_key: string;
  raw_version: Int8;
  ticket_key: string | null;
  functional_ci_key: string | null;
  ci_class: string | null;
  ci_name: string | null;
  impact_code: string | null;
  observed_at: Timestamp;
}

export interface IntermediateImpactedCi {
  ticket_key: string;
  impacted_ci_name: string | null;
  manual_names: string | null;
  computed_names: string | null;
}

export interface IntermediateImpactedCiDefinition {
  ticket_key: string;
  impacted_ci_name: string | null;
  manual_names: string | null;
  computed_names: string | null;
}

export interface IntermediateLinkedPerson {
  linked_person_key: string;
  ticket_key: string;
  person_key: string;
  name_folded: string | null;
  same_name_count: Int8;
  is_kept_out: boolean;
}

export interface IntermediateLinkedPersonDefinition {
  linked_person_key: string;
  ticket_key: string;
  person_key: string;
  name_folded: string | null;
  same_name_count: Int8;
  is_kept_out: boolean;
}

export interface IntermediateMappedObjectAttribute {
  source_key: string;
  target_name: string | null;
  data_type: string | null;
  value: string;
  target_value: Json | null;
  is_truncated: boolean | null;
}

export interface IntermediateMessageAuthor {
  item_key: string;
  ticket_key: string;
  kind: string;
  is_private: boolean;
  log_index: number | null;
  source_format: string;
  source_hash: Buffer | null;
  written_at: Timestamp | null;
  is_empty: boolean;
  observed_at: Timestamp;
  author_name: string | null;
  author_rule: string | null;
  author_kind: string | null;
  author_key: string | null;
}

export interface IntermediateObjectHtml {
  source_key: string;
  attribute: string;
  source_format: string;
  source: string;
  source_hash: Buffer | null;
}

export interface IntermediateOrganizationPath {
  organization_key: string;
  parent_name: string | null;
  path: string | null;
  level: number;
  is_in_cycle: boolean;
}

export interface IntermediatePerson {
  person_key: string;
  raw_version: Int8;
  organization_key: string | null;
  full_name: string | null;
  email_as_given: string | null;
  email_address: string | null;
  is_email_valid: boolean | null;
  phone: string | null;
  status: string | null;
  is_active: boolean | null;
  observed_at: Timestamp;
}

export interface IntermediatePersonDefinition {
  person_key: string;
  raw_version: Int8;
  organization_key: string | null;
  full_name: string | null;
  email_as_given: string | null;
  email_address: string | null;
  is_email_valid: boolean | null;
  phone: string | null;
  status: string | null;
  is_active: boolean | null;
  observed_at: Timestamp;
}

export interface IntermediatePersonRole {
  person_key: string;
  is_agent: boolean;
  is_needed_by_ticket: boolean;
  is_portal_writer: boolean;
}

export interface IntermediatePersonTicketCount {
  person_key: string;
  ticket_count: Int8;
}

export interface IntermediatePlaceholderCaller {
  contact_key: string;
  organization_key: string;
}

export interface IntermediatePlaceholderCallerDefinition {
  contact_key: string;
  organization_key: string;
}

export interface IntermediateRecordNote {
  ticket_key: string;
  body: string | null;
  observed_at: Timestamp;
  own_content: string;
}

export interface IntermediateRecordNoteDefinition {
  ticket_key: string;
  body: string | null;
  observed_at: Timestamp;
  own_content: string;
}

export interface IntermediateRecordNoteFact {
  record_note_fact_key: string;
  ticket_key: string;
  position: number;
  label: string;
  value: string | null;
  own_value: string | null;
}

export interface IntermediateRecordNoteFactDefinition {
  record_note_fact_key: string;
  ticket_key: string;
  position: number;
  label: string;
  value: string | null;
  own_value: string | null;
}

export interface IntermediateSharedAddress {
  person_key: string;
  email_address: string | null;
}

export interface IntermediateSharedAddressDefinition {
  person_key: string;
  email_address: string | null;
}

export interface IntermediateThreadFoldProposal {
  ticket_key: string;
  item_keys: string[];
}

export interface IntermediateThreadMessage {
  item_key: string;
  ticket_key: string;
  raw_version: Int8;
  kind: string;
  is_private: boolean;
  log_index: number | null;
  user_key: string | null;
  author_name: string | null;
  written_at: Timestamp | null;
  is_empty: boolean;
  source_format: string;
  source: string;
  source_hash: Buffer | null;
}

export interface IntermediateThreadPart {
  item_key: string;
  ticket_key: string;
  kind: string;
  is_private: boolean;
  position: number;
  author_rule: string | null;
  author_kind: string | null;
  author_key: string | null;
  author_name: string | null;
  source_format: string;
  source_hash: Buffer | null;
  opened_at: Timestamp;
  written_at: Timestamp | null;
  sent_at: Timestamp | null;
  shift_seconds: number;
  is_misdated: boolean;
}

export interface IntermediateThreadPartDefinition {
  item_key: string;
  ticket_key: string;
  kind: string;
  is_private: boolean;
  position: number;
  author_rule: string | null;
  author_kind: string | null;
  author_key: string | null;
  author_name: string | null;
  source_format: string;
  source_hash: Buffer | null;
  opened_at: Timestamp;
  written_at: Timestamp | null;
  sent_at: Timestamp | null;
  shift_seconds: number;
  is_misdated: boolean;
}

export interface IntermediateTicket {
  ticket_key: string;
  raw_version: Int8;
  itop_id: Int8;
  organization_key: string | null;
  caller_key: string | null;
  agent_key: string | null;
  team_key: string | null;
  parent_request_key: string | null;
  parent_incident_key: string | null;
  parent_problem_key: string | null;
  parent_change_key: string | null;
  final_class: string;
  ref: string;
  title: string;
  status: string | null;
  caller_name: string | null;
  agent_name: string | null;
  team_name: string | null;
  parent_request_ref: string | null;
  parent_incident_ref: string | null;
  parent_problem_ref: string | null;
  parent_change_ref: string | null;
  started_at: Timestamp | null;
  updated_at: Timestamp | null;
  observed_at: Timestamp;
}

export interface IntermediateTicketDefinition {
  ticket_key: string;
  raw_version: Int8;
  itop_id: Int8;
  organization_key: string | null;
  caller_key: string | null;
  agent_key: string | null;
  team_key: string | null;
  parent_request_key: string | null;
  parent_incident_key: string | null;
  parent_problem_key: string | null;
  parent_change_key: string | null;
  final_class: string;
  ref: string;
  title: string;
  status: string | null;
  caller_name: string | null;
  agent_name: string | null;
  team_name: string | null;
  parent_request_ref: string | null;
  parent_incident_ref: string | null;
  parent_problem_ref: string | null;
  parent_change_ref: string | null;
  started_at: Timestamp | null;
  updated_at: Timestamp | null;
  observed_at: Timestamp;
}

export interface IntermediateTicketMessage {
  item_key: string;
  ticket_key: string;
  raw_version: Int8;
  kind: string;
  is_private: boolean;
  log_index: number | null;
  user_key: string | null;
  author_name: string | null;
  written_at: Timestamp | null;
  is_empty: boolean;
  source_format: string;
  source: string;
  source_hash: Buffer | null;
}

export interface IntermediateTicketMessageDefinition {
  item_key: string;
  ticket_key: string;
  raw_version: Int8;
  kind: string;
  is_private: boolean;
  log_index: number | null;
  user_key: string | null;
  author_name: string | null;
  written_at: Timestamp | null;
  is_empty: boolean;
  source_format: string;
  source: string;
  source_hash: Buffer | null;
}

export interface IntermediateTicketParent {
  ticket_key: string;
  ref: string | null;
  parent_request_key: string | null;
  parent_incident_key: string | null;
}

export interface IntermediateTicketParentDefinition {
  ticket_key: string;
  ref: string | null;
  parent_request_key: string | null;
  parent_incident_key: string | null;
}

export interface IntermediateTicketParticipant {
  ticket_key: string;
  caller_contact_key: string;
  is_placeholder: boolean;
  caller_name_folded: string | null;
}

export interface IntermediateTicketPerson {
  person_key: string;
  is_needed_by_ticket: boolean;
  is_portal_writer: boolean;
  ticket_rank: Int8 | null;
}

export interface IntermediateTicketPersonDefinition {
  person_key: string;
  is_needed_by_ticket: boolean;
  is_portal_writer: boolean;
  ticket_rank: Int8 | null;
}

export interface IntermediateTicketScope {
  ticket_key: string;
  excluded_reason: string | null;
  existing_conversation_id: string | null;
}

export interface IntermediateTicketScopeDefinition {
  ticket_key: string;
  excluded_reason: string | null;
  existing_conversation_id: string | null;
}

export interface IntermediateWorkOrder {
  work_order_key: string;
  raw_version: Int8;
  ticket_key: string | null;
  name: string | null;
  status: string | null;
  description: string | null;
  team_name: string | null;
  agent_name: string | null;
  start_local: string | null;
  end_local: string | null;
  observed_at: Timestamp;
}

export interface IntermediateWorkOrderDefinition {
  work_order_key: string;
  raw_version: Int8;
  ticket_key: string | null;
  name: string | null;
  status: string | null;
  description: string | null;
  team_name: string | null;
  agent_name: string | null;
  start_local: string | null;
  end_local: string | null;
  observed_at: Timestamp;
}

export interface LoadAcceptedPartType {
  workspace_id_code: string;
  part_type: string;
  accepted_by: string;
  reason: string;
  accepted_at: Generated<Timestamp>;
}

export interface LoadCanary {
  canary_id: Identity<Int8>;
  workspace_id_code: string;
  address: string;
  state: Generated<'sending' | 'sent' | 'silent' | 'answered' | 'confirmed' | 'removing' | 'removed'>;
  contact_id: string | null;
  conversation_id: string | null;
  sent_by_admin_id: string;
  started_at: Generated<Timestamp>;
  sent_at: Timestamp | null;
  checked_at: Timestamp | null;
  search_lag_ms: Int8 | null;
  confirmed_by: string | null;
  confirmed_at: Timestamp | null;
}

export interface LoadCanaryFinding {
  canary_id: Int8;
  kind: string;
  target_id: string;
  author_type: string | null;
  author: string | null;
  finding: string;
  part_type: string | null;
  accepted_by: string | null;
  found_at: Generated<Timestamp>;
}

export interface LoadCanaryWrite {
  write_id: Identity<Int8>;
  canary_id: Int8;
  operation: string;
  target_type: string;
  label: string;
  state: Generated<'intent' | 'done' | 'refused' | 'uncertain'>;
  target_id: string | null;
  payload: Json | null;
  detail: string | null;
  written_at: Generated<Timestamp>;
  sent_by: Timestamp | null;
  removed_at: Timestamp | null;
  left_reason: string | null;
}

export interface LoadClaim {
  workspace_id_code: string;
  target_type: string;
  target_key: string;
  process_id: Int8;
  claimed_at: Generated<Timestamp>;
}

export interface LoadHalt {
  workspace_id_code: string;
  reason: string;
  next_step: string;
  process_id: Int8;
  halted_at: Generated<Timestamp>;
}

export interface LoadIdentity {
  workspace_id_code: string;
  target_type: string;
  target_key: string;
  target_id: string;
  origin: 'created' | 'linked';
  run_id: Int8;
  journal_id: Int8 | null;
  payload_hash: Buffer | null;
  position: number | null;
  sent_created_at: Timestamp | null;
  body_form: 'text' | 'html' | null;
  recorded_at: Generated<Timestamp>;
}

export interface LoadJournal {
  journal_id: Identity<Int8>;
  workspace_id_code: string;
  run_id: Int8;
  process_id: Int8;
  phase: string;
  operation: string;
  target_type: string;
  target_key: string;
  source_key: string;
  raw_version: Int8 | null;
  method: string;
  path: string;
  payload: Json | null;
  payload_hash: Buffer | null;
  sent_created_at: Timestamp | null;
  before_image: Json | null;
  state: Generated<'intent' | 'done' | 'failed' | 'uncertain' | 'abandoned'>;
  intent_at: Generated<Timestamp>;
  intercom_at: Timestamp | null;
  sent_at: Timestamp | null;
  outcome_at: Timestamp | null;
  http_status: number | null;
  request_id: string | null;
  reason_code: string | null;
  reason: string | null;
  next_step: string | null;
  response: Json | null;
  resolution: string | null;
}

export interface LoadKeptEdit {
  workspace_id_code: string;
  target_type: string;
  target_key: string;
  field: string;
  source_value: string | null;
  former_value: string | null;
  target_value: string | null;
  run_id: Int8;
  kept_at: Generated<Timestamp>;
}

export interface LoadOutcome {
  workspace_id_code: string;
  target_type: string;
  target_key: string;
  state: 'failed' | 'blocked';
  reason_code: string;
  reason: string;
  next_step: string;
  payload_hash: Buffer | null;
  thread_hash: Buffer | null;
  journal_id: Int8 | null;
  run_id: Int8;
  recorded_at: Generated<Timestamp>;
}

export interface LoadPause {
  workspace_id_code: string;
  paused_at: Generated<Timestamp>;
}

export interface LoadProbe {
  workspace_id_code: string;
  probe: string;
  answer: string;
  detail: string;
  canary_id: Int8 | null;
  answered_at: Generated<Timestamp>;
}

export interface LoadRateWindow {
  workspace_id_code: string;
  resets_at: Timestamp;
  is_predicted: boolean;
  call_limit: Int8;
  leased: Generated<Int8>;
  foreign_calls: Generated<Int8>;
}

export interface LoadRepresentation {
  workspace_id_code: string;
  target_type: string;
  target_key: string;
  payload_hash: Buffer | null;
  last_applied: Json;
  observed: Json;
  observed_at: Generated<Timestamp>;
}

export interface LoadTeam {
  workspace_id_code: string;
  team_id: string;
  name: string;
  seen_at: Generated<Timestamp>;
}

export interface LoadTeammate {
  workspace_id_code: string;
  admin_id: string;
  email: string | null;
  name: string | null;
  seen_at: Generated<Timestamp>;
}

export interface LoadWithdrawnIdentity {
  workspace_id_code: string;
  target_type: string;
  target_key: string;
  target_id: string;
  origin: string;
  run_id: Int8;
  journal_id: Int8 | null;
  payload_hash: Buffer | null;
  position: number | null;
  sent_created_at: Timestamp | null;
  recorded_at: Timestamp;
  plan_id: Int8;
  withdrawn_at: Generated<Timestamp>;
}

export interface LoadWorkspace {
  workspace_id_code: string;
  name: string;
  region: string | null;
  base_url: string;
  token_admin_id: string;
  seen_at: Generated<Timestamp>;
}

export interface OpsChangedObject {
  changed_id: Identity<Int8>;
  root_class: string;
  source_key: string;
  changed_at: Generated<Timestamp>;
}

export interface OpsChannelDifference {
  run_id: Int8;
  class: string;
  source_key: string;
  difference: 'only in file' | 'only in raw' | 'field differs';
  attribute: Generated<string>;
  raw_value: string | null;
  file_value: string | null;
}

export interface OpsChunk {
  chunk_id: Identity<Int8>;
  run_id: Int8;
  class: string;
  lower_id: Int8;
  upper_id: Int8;
  state: Generated<'open' | 'done'>;
  row_count: Int8 | null;
  byte_count: Int8 | null;
  opened_at: Generated<Timestamp>;
  done_at: Timestamp | null;
  seen_until: Timestamp | null;
}

export interface OpsClassChannel {
  class: string;
  channel: 'csv' | 'xml';
  run_id: Int8;
  decided_at: Generated<Timestamp>;
}

export interface OpsClassFields {
  class: string;
  output_fields: string[];
  run_id: Int8;
}

export interface OpsConfirmation {
  workspace_id_code: string;
  subject: 'audit' | 'mapping' | 'setup' | 'silence';
  fingerprint: string;
  confirmed_by: string;
  confirmed_at: Generated<Timestamp>;
}

export interface OpsContactGroup {
  person_key: string;
  contact_key: string;
  email_address: string | null;
}

export interface OpsCrossCheck {
  run_id: Int8;
  class: string;
  channel: string;
  in_file: number;
  in_raw: number;
  only_in_file: number;
  only_in_raw: number;
  differing_objects: number;
  differing_fields: number;
  checked_at: Generated<Timestamp>;
}

export interface OpsDecision {
  kind: 'teammate' | 'company_id' | 'survivor';
  key: string;
  value: string;
  reason: Generated<string>;
  decided_by: string;
  decided_at: Generated<Timestamp>;
}

export interface OpsDeltaObject {
  run_id: Int8;
  class: string;
  source_id: Int8;
  found_by: 'history' | 'last_update' | 'ids' | 'owner' | 'id_set';
  history_id: Int8 | null;
  last_update: string | null;
  state: Generated<'noted' | 'fetched' | 'gone' | 'doubted'>;
}

export interface OpsExistingInTarget {
  workspace_id_code: string;
  model: 'contact' | 'company' | 'tag' | 'collection' | 'attribute';
  target_key: string;
  name: string;
  target_id: string;
  seen_at: Generated<Timestamp>;
}

export interface OpsFinding {
  stage: 'audit' | 'extract' | 'exports' | 'datamodel';
  code: string;
  subject: string;
  class: string | null;
  root_class: string | null;
  severity: 'passed' | 'note' | 'warning' | 'blocker';
  finding: string;
  next_step: string;
  run_id: Int8 | null;
  found_at: Generated<Timestamp>;
}

export interface OpsItopAttribute {
  class: string;
  attribute: string;
  kind: 'text' | 'html' | 'number' | 'boolean' | 'date' | 'datetime' | 'key' | 'tags' | 'log' | 'blob' | 'form' | 'secret' | 'unknown';
  is_standard: boolean;
  is_requested: boolean;
  reason: Generated<string>;
  decision: 'request' | 'never' | null;
  label: string | null;
  first_run_id: Int8;
  last_run_id: Int8;
}

export interface OpsItopClass {
  class: string;
  root_class: string;
  parent_class: string | null;
  is_standard: Generated<boolean>;
  is_concrete: Generated<boolean>;
  unread_reason: string | null;
  shown_at: Timestamp | null;
  audited_count: Int8 | null;
}

export interface OpsLogReview {
  source_key: string;
  attribute: string;
  run_id: Int8;
  file: string;
  treatment: 'split' | 'kept whole';
  reason: string;
  entries: number;
}

export interface OpsMappingAttribute {
  class: string;
  attribute: string;
  home: 'part' | 'field' | 'attribute' | 'record_note' | 'handoff' | 'dropped';
  target_model: 'contact' | 'company' | 'conversation' | 'custom_object' | 'article' | 'collection' | null;
  target_name: string | null;
  data_type: 'string' | 'integer' | 'float' | 'boolean' | 'datetime' | null;
  label: string | null;
  position: Generated<number>;
  only_when_status: string[] | null;
  rule: string;
  reason: Generated<string>;
  confidence: Generated<'certain' | 'likely' | 'guess'>;
}

export interface OpsMappingClass {
  class: string;
  destination: 'conversation' | 'contact' | 'company' | 'teammate' | 'custom_object' | 'article' | 'collection' | 'tag' | 'attachment' | 'handoff' | 'reference' | 'excluded';
  rule: string;
  reason: string;
  target_type: string | null;
  confidence: Generated<'certain' | 'likely' | 'guess'>;
}

export interface OpsMappingConfirmation {
  confirmation_id: Identity<Int8>;
  workspace_id_code: string;
  confirmed_by: string;
  confirmed_at: Generated<Timestamp>;
  file_hash: string;
  fingerprint: string;
  document: string;
  effect: Json;
}

export interface OpsMappingEnumValue {
  class: string;
  attribute: string;
  value: string;
  target_value: string;
  rule: string;
  confidence: Generated<'certain' | 'likely' | 'guess'>;
  reason: Generated<string>;
}

export interface OpsMappingOption {
  name: 'scope' | 'residency' | 'on_existing' | 'snooze' | 'survivors';
  value: Json;
}

export interface OpsMappingProposal {
  entry_key: string;
  proposal: Json;
}

export interface OpsMappingStatus {
  class: string;
  status: string;
  conversation_state: 'open' | 'closed' | 'snoozed';
  rule: Generated<string>;
  confidence: Generated<'certain' | 'likely' | 'guess'>;
  reason: Generated<string>;
}

export interface OpsMaterialised {
  relation: string;
  fingerprint: string;
  refreshed_at: Generated<Timestamp>;
}

export interface OpsModelAttribute {
  class: string;
  attribute: string;
  type: string;
  kind: 'text' | 'html' | 'number' | 'boolean' | 'date' | 'datetime' | 'key' | 'tags' | 'log' | 'blob' | 'form' | 'secret' | 'unknown';
  label: string | null;
  module: Generated<string>;
  is_custom: boolean;
}

export interface OpsModelClass {
  class: string;
  parent_class: string | null;
  label: string | null;
  module: Generated<string>;
  is_abstract: Generated<boolean>;
  read_at: Generated<Timestamp>;
}

export interface OpsModelValue {
  class: string;
  attribute: string;
  value: string;
  label: string | null;
  position: number;
}

export interface OpsProcess {
  process_id: Identity<Int8>;
  run_id: Int8;
  attempt: number;
  host: string;
  machine: Generated<string>;
  pid: number;
  session_name: Generated<string>;
  lease_ms: Generated<number>;
  started_at: Generated<Timestamp>;
  heartbeat_at: Generated<Timestamp>;
  ended_at: Timestamp | null;
  lost_at: Timestamp | null;
}

export interface OpsPurge {
  purge_id: Identity<Int8>;
  kind: 'versions' | 'dead_letters' | 'journal' | 'files' | 'topics';
  source_key: string | null;
  kept_days: number;
  cutoff_at: Timestamp;
  reason: string;
  purged_by: string;
  purged_at: Generated<Timestamp>;
}

export interface OpsPurged {
  purge_id: Int8;
  what: string;
  row_count: Int8;
  byte_count: Int8;
  oldest_at: Timestamp | null;
  newest_at: Timestamp | null;
}

export interface OpsRecordOpened {
  opened_by: string;
  source_key: string;
  fingerprint: string;
  opened_at: Generated<Timestamp>;
}

export interface OpsRenderedBody {
  source_hash: Buffer;
  renderer_version: number;
  html: string;
  text: string;
  reference: Generated<Json>;
  loss: Generated<Json>;
  rendered_at: Generated<Timestamp>;
}

export interface OpsRun {
  run_id: Identity<Int8>;
  command: string;
  workspace_id_code: string | null;
  fingerprint: string;
  fingerprint_detail: Json;
  state: Generated<'running' | 'done' | 'failed'>;
  started_at: Generated<Timestamp>;
  ended_at: Timestamp | null;
  outcome: Json | null;
}

export interface OpsSample {
  target_key: string;
  target_type: 'conversation' | 'contact' | 'company' | 'custom_object_instance' | 'article' | 'collection';
  source_key: string;
  position: number;
  covers: Generated<string[]>;
  drawn_at: Generated<Timestamp>;
}

export interface OpsSampleAcceptance {
  acceptance_id: Identity<Int8>;
  accepted_by: string;
  accepted_at: Generated<Timestamp>;
  fingerprint: string;
  looked_at: string[];
  waiver_reason: string | null;
}

export interface OpsSetAside {
  source_key: string;
  version_id: Int8;
  for_key: string;
  relation: string;
  attribute: string | null;
  reason: string;
  inputs_hash: string;
  set_aside_at: Generated<Timestamp>;
}

export interface OpsSetting {
  is_only: Generated<boolean>;
  timezone: string;
  renderer_version: number;
  body_limit: number;
  part_limit: number;
  marker_wording: string;
  attachments_own_part: 'note' | 'comment';
  snoozed_until: Timestamp | null;
  snooze_spread_days: number;
  scope_since: string | null;
  scope_until: string | null;
  scope_classes: Json | null;
  scope_organizations: Json | null;
  scope_statuses: Json | null;
  itop_hosts: string[] | null;
}

export interface OpsSetupItem {
  workspace_id_code: string;
  item: string;
  state: 'done' | 'not_applicable';
  remark: Generated<string>;
  signed_by: string;
  signed_at: Generated<Timestamp>;
}

export interface OpsSourceCount {
  run_id: Int8;
  class: string;
  object_count: Int8;
  asked_at: Generated<Timestamp>;
}

export interface OpsStaleOwner {
  relation: string;
  owner_key: string;
}

export interface OpsThreadFold {
  ticket_key: string;
  item_keys: string[];
}

export interface OpsViewSet {
  schema_name: string;
  hash: string;
  applied_at: Generated<Timestamp>;
}

export interface OpsWatermark {
  run_id: Int8;
  channel: 'history' | 'last_update' | 'ids';
  class: string;
  value: string;
  detail: Generated<Json>;
  is_reached: Generated<boolean>;
  noted_at: Generated<Timestamp>;
}

export interface RawAbsentFile {
  source_key: string;
  attribute: string;
  asked_at: Generated<Timestamp>;
}

export interface RawBlobSource {
  source_key: string;
  attribute: string;
  blob_hash: Buffer | null;
  byte_size: Int8 | null;
  stated_size: Int8 | null;
  file_name: string;
  media_type: string;
  finding: 'empty file' | 'bytes missing' | 'bytes differ' | 'refused by type' | null;
  fetched_at: Generated<Timestamp>;
  purged_at: Timestamp | null;
}

export interface RawDeadLetter {
  dead_letter_id: Identity<Int8>;
  broker: string;
  topic: string;
  partition_id: number;
  generation: number;
  offset_no: Int8;
  source_key: string | null;
  run_id: Int8 | null;
  chunk_id: Int8 | null;
  reason_code: string;
  reason: string;
  next_step: string;
  content: Buffer;
  landed_at: Generated<Timestamp>;
}

export interface RawHead {
  source_key: string;
  root_class: string;
  final_class: string;
  version_id: Int8;
  payload_hash: Buffer;
  op: string;
  seen_at: Timestamp;
  last_record_hash: Buffer;
  last_version_id: Int8;
  set_aside_version_id: Int8 | null;
}

export interface RawLandedOffset {
  broker: string;
  topic: string;
  partition_id: number;
  generation: Generated<number>;
  offset_no: Int8;
  record_key: string | null;
  record_time: Timestamp | null;
  record_hash: Buffer | null;
  landed_at: Generated<Timestamp>;
}

export interface RawLatestObject {
  version_id: Int8;
  source_key: string;
  root_class: string;
  final_class: string;
  source_id: Int8;
  op: 'upsert' | 'delete';
  payload: Json;
  payload_hash: Buffer;
  observed_at: Timestamp;
  landed_at: Timestamp;
  run_id: Int8;
  chunk_id: Int8 | null;
  channel: string;
  broker: string;
  topic: string;
  partition_id: number;
  generation: number;
  offset_no: Int8;
  repairs: string[];
  is_set_aside: boolean;
}

export interface RawMissingReference {
  target_key: string;
  target_class: string;
  named_by: string;
  object_count: Int8;
  example_key: string;
}

export interface RawObject {
  version_id: Identity<Int8>;
  source_key: string;
  root_class: string;
  final_class: string;
  source_id: Int8;
  op: 'upsert' | 'delete';
  payload: Json;
  payload_hash: Buffer;
  observed_at: Timestamp;
  landed_at: Generated<Timestamp>;
  run_id: Int8;
  chunk_id: Int8 | null;
  channel: string;
  broker: string;
  topic: string;
  partition_id: number;
  generation: number;
  offset_no: Int8;
  repairs: Generated<string[]>;
}

export interface RawUpdateTimeDisagrees {
  source_key: string;
  latest_version_id: Int8;
  latest_update: string;
  newer_version_id: Int8;
  newer_update: string;
}

export interface ReconcileAcceptedDifference {
  acceptance_id: Identity<Int8>;
  workspace_id_code: string;
  kind: 'verdict' | 'outcome';
  phase: string;
  check_name: string;
  target_key: string;
  field: Generated<string>;
  state_hash: Buffer;
  accepted_by: string;
  reason: string;
  accepted_at: Generated<Timestamp>;
  withdrawn_at: Timestamp | null;
}

export interface ReconcileChangedObject {
  workspace_id_code: string;
  phase: string;
  target_type: string;
  target_key: string;
  source_key: string;
  payload_hash: Buffer;
  what: string;
}

export interface ReconcileConversationPartTrait {
  conversation_key: string;
  kind: string;
  part_type: string;
  author_kind: string | null;
  is_fallback: boolean | null;
  sent_time: string;
  goes_on: boolean;
  body_format: string;
}

export interface ReconcileCountByClass {
  workspace_id_code: string | null;
  item_kind: string;
  class: string;
  itop_count: Int8 | null;
  raw_count: Int8;
  staged_count: Int8;
  loaded: Int8;
  merged: Int8;
  excluded: Int8;
  handed_off: Int8;
  reference: Int8;
  failed: Int8;
  blocked: Int8;
  pending: Int8;
  deleted_at_source: Int8;
  difference: Int8 | null;
  pending_items: Json | null;
}

export interface ReconcileCountByPhase {
  workspace_id_code: string;
  phase: string;
  position: number;
  loaded: Int8;
  created: Int8;
  linked: Int8;
  failed: Int8;
  blocked: Int8;
}

export interface ReconcileCurrentLogEntryFact {
  item_key: string;
  source_key: string;
  root_class: string;
  class: string;
  is_empty: boolean;
  scope_reason: string | null;
  conversation_key: string | null;
  transcript_key: string | null;
  is_part: boolean;
  is_invisible: boolean;
  set_aside_reason: string | null;
  time_finding: string | null;
  written_local: string | null;
}

export interface ReconcileDifference {
  workspace_id_code: string;
  phase: string;
  object_type: string;
  source_key: string | null;
  target_key: string;
  check_name: string;
  field: string;
  evidence: 'count' | 'response' | 'list' | 'fresh_read' | 'dump' | 'query';
  verdict: 'passed' | 'failed' | 'unknown' | 'shifted' | 'fallback_author' | 'truncated' | 'merged' | 'folded' | 'kept_elsewhere';
  reason_code: string | null;
  expected: string | null;
  actual: string | null;
  run_id: Int8;
  decided_at: Timestamp;
  is_failure: boolean;
  state_hash: Buffer | null;
  is_accepted: boolean;
  accepted_by: string | null;
  accepted_reason: string | null;
}

export interface ReconcileDisposition {
  workspace_id_code: string | null;
  item_key: string;
  item_kind: string;
  source_key: string;
  root_class: string;
  class: string;
  disposition: string | null;
  reason: string | null;
  was_loaded: boolean;
  target_type: string | null;
  target_key: string | null;
  plan: string | null;
}

export interface ReconcileExpectedDifference {
  workspace_id_code: string;
  phase: string;
  object_type: string;
  target_key: string;
  check_name: string;
  field: string | null;
  verdict: string;
  reason_code: string;
  expected: string | null;
  actual: string | null;
}

export interface ReconcileFieldNow {
  workspace_id_code: string;
  target_type: string;
  target_key: string;
  field: string;
  written: Json | null;
  former: Json | null;
  has_former: boolean | null;
  present: Json | null;
  is_different: boolean | null;
}

export interface ReconcileGate {
  workspace_id_code: string;
  phase: string;
  position: number;
  unexplained_verdicts: Int8;
  uncertain_calls: Int8;
  unaccepted_failures: Int8;
  is_open: boolean;
  reason: string | null;
}

export interface ReconcileGateFinding {
  workspace_id_code: string;
  phase: string | null;
  kind: string;
  item_kind: string;
  class: string | null;
  check_name: string | null;
  count: Int8;
  reason: string;
  example: string;
  query: string | null;
  closes_gate: boolean | null;
}

export interface ReconcileItemPlan {
  item_key: string;
  item_kind: string;
  source_key: string;
  root_class: string;
  class: string;
  is_deleted_at_source: boolean;
  target_type: string | null;
  target_key: string | null;
  conversation_key: string | null;
  plan: string | null;
  reason: string | null;
}

export interface ReconcileListCheck {
  workspace_id_code: string;
  phase: string;
  object_type: string;
  target_key: string;
  check_name: string;
  expected: string | null;
  actual: string | null;
  is_passed: boolean | null;
  reason_code: string | null;
  needs_fields: boolean;
}

export interface ReconcileLoadBacklog {
  workspace_id_code: string;
  phase: string;
  position: number;
  total: number;
  complete: number;
  failed: number;
  blocked: number;
  waiting: number;
}

export interface ReconcileLoadError {
  workspace_id_code: string;
  phase: string | null;
  target_type: string;
  target_key: string;
  source_key: string | null;
  state: string;
  operation: string | null;
  http_status: number | null;
  reason_code: string;
  reason: string;
  request_id: string | null;
  next_step: string;
  recorded_at: Timestamp;
  state_hash: Buffer | null;
  is_accepted: boolean;
  accepted_by: string | null;
  accepted_reason: string | null;
}

export interface ReconcileLogEntryCount {
  class: string;
  plan: string | null;
  entries: Int8;
}

export interface ReconcileLogEntryFact {
  item_key: string;
  source_key: string;
  root_class: string;
  class: string;
  is_empty: boolean;
  scope_reason: string | null;
  conversation_key: string | null;
  transcript_key: string | null;
  is_part: boolean;
  is_invisible: boolean;
  set_aside_reason: string | null;
  time_finding: string | null;
  written_local: string | null;
}

export interface ReconcileLogEntryFactDefinition {
  item_key: string;
  source_key: string;
  root_class: string;
  class: string;
  is_empty: boolean;
  scope_reason: string | null;
  conversation_key: string | null;
  transcript_key: string | null;
  is_part: boolean;
  is_invisible: boolean;
  set_aside_reason: string | null;
  time_finding: string | null;
  written_local: string | null;
}

export interface ReconcileLogEntryPlan {
  item_key: string;
  item_kind: string;
  source_key: string;
  root_class: string;
  class: string;
  is_deleted_at_source: boolean;
  target_type: string | null;
  target_key: string | null;
  conversation_key: string | null;
  plan: string | null;
  reason: string | null;
}

export interface ReconcileObjectPlan {
  item_key: string;
  item_kind: string;
  source_key: string;
  root_class: string;
  class: string;
  is_deleted_at_source: boolean;
  target_type: string | null;
  target_key: string | null;
  conversation_key: string | null;
  plan: string | null;
  reason: string | null;
}

export interface ReconcileObservation {
  workspace_id_code: string;
  object_type: 'conversation' | 'contact' | 'company' | 'attribute' | 'tag' | 'custom_object_instance' | 'collection' | 'article';
  target_id: string;
  evidence: 'list' | 'fresh_read';
  facts: Json;
  updated_at: Timestamp | null;
  touch: string | null;
  observed_at: Generated<Timestamp>;
}

export interface ReconcilePersonalData {
  person_key: string;
  relation: string;
  target_type: string;
  target_key: string;
  target_id: string;
  workspace_id_code: string;
  region: string | null;
  base_url: string;
  recorded_at: Timestamp;
}

export interface ReconcilePhase {
  phase: string;
  position: number;
  target_type: string;
  done_type: string;
}

export interface ReconcilePrivateRun {
  target_key: string;
  place: string;
  ticket_key: string;
  item_key: string;
  words: string;
}

export interface ReconcileRecordFinding {
  source_key: string;
  class: string;
  field: string | null;
  value: string | null;
  reason_code: string;
  reason: string | null;
  next_step: string;
}

export interface ReconcileRollbackItem {
  plan_id: Int8;
  position: number;
  stage: number;
  target_type: string;
  target_key: string;
  source_key: string;
  target_id: string;
  phase: string;
  loaded_by_run: Int8;
  action: 'delete' | 'restore' | 'detach' | 'archive' | 'keep' | 'impossible' | 'gone' | 'forget';
  reason: string;
  leaves: string | null;
  former: Json | null;
  written: Json | null;
  method: string | null;
  path: string | null;
  body: Json | null;
  state: Generated<'planned' | 'done' | 'kept' | 'gone' | 'failed'>;
  outcome: string | null;
  decided_at: Timestamp | null;
}

export interface ReconcileRollbackPlan {
  plan_id: Identity<Int8>;
  workspace_id_code: string;
  hash: string;
  scope: Json;
  retain_metrics: boolean;
  basis_journal_id: Int8;
  state: Generated<'planned' | 'executing' | 'done'>;
  planned_at: Generated<Timestamp>;
  started_at: Timestamp | null;
  ended_at: Timestamp | null;
}

export interface ReconcileSampleFeature {
  target_type: string;
  target_key: string | null;
  shown_by: string;
  feature: string | null;
}

export interface ReconcileSourceItem {
  item_key: string;
  item_kind: string;
  source_key: string;
  root_class: string;
  class: string;
  is_deleted_at_source: boolean;
}

export interface ReconcileSurplusObject {
  workspace_id_code: string;
  phase: string;
  target_type: string;
  target_key: string;
  target_ids: string;
}

export interface ReconcileTicketCall {
  workspace_id_code: string;
  source_key: string;
  journal_id: Int8;
  operation: string;
  target_type: string;
  target_key: string;
  state: 'intent' | 'done' | 'failed' | 'uncertain' | 'abandoned';
  reason: string | null;
}

export interface ReconcileUnexplained {
  workspace_id_code: string | null;
  phase: string | null;
  kind: string;
  item_kind: string;
  class: string | null;
  check_name: string | null;
  count: Int8 | null;
  reason: string | null;
  example: string | null;
  query: string | null;
  closes_gate: boolean | null;
}

export interface ReconcileValueFinding {
  finding_key: string;
  source_key: string;
  field: string | null;
  value: string;
  reason_code: string;
}

export interface ReconcileValueFindingDefinition {
  finding_key: string | null;
  source_key: string;
  field: string | null;
  value: string;
  reason_code: string;
}

export interface ReconcileVerdict {
  workspace_id_code: string;
  run_id: Int8;
  phase: string;
  object_type: string;
  target_key: string;
  check_name: string;
  field: Generated<string>;
  evidence: 'count' | 'response' | 'list' | 'fresh_read' | 'dump' | 'query';
  expected: string | null;
  actual: string | null;
  verdict: 'passed' | 'failed' | 'unknown' | 'shifted' | 'fallback_author' | 'truncated' | 'merged' | 'folded' | 'kept_elsewhere';
  reason_code: string | null;
  fields_checked: Generated<number>;
  decided_at: Generated<Timestamp>;
  source_key: Generated<string | null>;
}

export interface ReconcileVerdictByCheck {
  workspace_id_code: string;
  phase: string;
  object_type: string;
  check_name: string;
  evidence: string;
  checks: Int8;
  fields_checked: Int8;
  passed: Int8;
  failed: Int8;
  unknown: Int8;
  shifted: Int8;
  fallback_author: Int8;
  truncated: Int8;
  merged: Int8;
  folded: Int8;
  kept_elsewhere: Int8;
  differing_fields: Int8;
}

export interface ReconcileVerdictByClass {
  workspace_id_code: string;
  class: string;
  checks: Int8;
  passed: Int8;
  failed: Int8;
  unknown: Int8;
  by_rule: Int8;
}

export interface ReconcileVerdictByPhase {
  workspace_id_code: string;
  phase: string;
  checks: Int8;
  fields_checked: Int8;
  passed: Int8;
  failed: Int8;
  unknown: Int8;
  shifted: Int8;
  fallback_author: Int8;
  truncated: Int8;
  merged: Int8;
  folded: Int8;
  kept_elsewhere: Int8;
}

export interface ReconcileVerdictChange {
  change_id: Identity<Int8>;
  workspace_id_code: string;
  phase: string;
  object_type: string;
  target_key: string;
  check_name: string;
  field: string;
  former_run_id: Int8;
  former_verdict: string;
  former_expected: string | null;
  former_actual: string | null;
  verdict: string | null;
  expected: string | null;
  actual: string | null;
  run_id: Int8 | null;
  changed_at: Generated<Timestamp>;
}

export interface ReconcileVerdictTally {
  workspace_id_code: string;
  phase: string;
  object_type: string;
  check_name: string;
  evidence: string;
  verdict: string;
  is_whole: boolean;
  verdicts: Int8;
  fields_checked: Int8;
  root_class: Generated<string>;
}

export interface ReconcileWrittenConversation {
  workspace_id_code: string;
  target_key: string;
  target_id: string;
  part_ids: string[];
  unseen_parts: number;
  state: string | null;
  assignee_id: string | null;
  title: string | null;
  made_at: Timestamp | null;
}

export interface ReconcileWrittenField {
  workspace_id_code: string;
  target_type: string;
  target_key: string;
  field: string;
  written: Json | null;
  former: Json | null;
  has_former: boolean | null;
}

export interface StagingAction {
  action_key: string;
  raw_version: Int8;
  final_class: string;
  name: string | null;
  status: string | null;
  recipients: string | null;
  subject: string | null;
  observed_at: Timestamp;
}

export interface StagingAttachment {
  attachment_key: string;
  raw_version: Int8;
  itop_id: Int8;
  owner_class: string | null;
  owner_id: string | null;
  ticket_key: string | null;
  user_key: string | null;
  contact_key: string | null;
  created_at: Timestamp | null;
  observed_at: Timestamp;
}

export interface StagingBlobSource {
  source_key: string;
  attribute: string;
  blob_hash: Buffer | null;
  byte_size: Int8 | null;
  stated_size: Int8 | null;
  file_name: string | null;
  media_type: string | null;
  finding: 'empty file' | 'bytes missing' | 'bytes differ' | 'refused by type' | null;
  fetched_at: Timestamp;
}

export interface StagingChangeClass {
  class: string;
  needs_approval: boolean;
}

export interface StagingChangeOperation {
  change_operation_key: string;
  raw_version: Int8;
  final_class: string;
  change_key: string | null;
  ticket_key: string | null;
  object_class: string | null;
  user_key: string | null;
  user_info: string | null;
  changed_local: string | null;
  attribute: string | null;
  log_index: number | null;
  attachment_key: string | null;
  observed_at: Timestamp;
}

export interface StagingContactToTicket {
  contact_to_ticket_key: string;
  raw_version: Int8;
  ticket_key: string | null;
  contact_key: string | null;
  contact_class: string | null;
  contact_name: string | null;
  role_code: string | null;
  observed_at: Timestamp;
}

export interface StagingContract {
  contract_key: string;
  raw_version: Int8;
  final_class: string;
  name: string | null;
  organization_name: string | null;
  status: string | null;
  end_date_local: string | null;
  observed_at: Timestamp;
}

export interface StagingContractService {
  contract_service_key: string;
  raw_version: Int8;
  contract_key: string | null;
  service_name: string | null;
  sla_name: string | null;
  observed_at: Timestamp;
}

export interface StagingDurationAttribute {
  class: string;
  attribute: string;
}

export interface StagingFaq {
  faq_key: string;
  raw_version: Int8;
  category_key: string | null;
  category_name: string | null;
  title: string | null;
  summary: string | null;
  error_code: string | null;
  key_words: string | null;
  domains: string | null;
  description: string;
  source_hash: Buffer | null;
  observed_at: Timestamp;
}

export interface StagingFaqCategory {
  faq_category_key: string;
  raw_version: Int8;
  name: string;
  observed_at: Timestamp;
}

export interface StagingFormQuestion {
  question_key: string;
  raw_version: Int8;
  template_id: string | null;
  code: string | null;
  label: string | null;
  position: Numeric | null;
}

export interface StagingFunctionalCiToTicket {
  functional_ci_to_ticket_key: string;
  raw_version: Int8;
  ticket_key: string | null;
  functional_ci_key: string | null;
  ci_class: string | null;
  ci_name: string | null;
  impact_code: string | null;
  observed_at: Timestamp;
}

export interface StagingHeldObject {
  source_key: string;
  raw_version: Int8;
  root_class: string;
}

export interface StagingHtmlAttribute {
  class: string;
  attribute: string;
}

export interface StagingIncident {
  ticket_key: string;
  raw_version: Int8;
  itop_id: Int8;
  organization_key: string | null;
  caller_key: string | null;
  agent_key: string | null;
  team_key: string | null;
  parent_request_key: string | null;
  parent_incident_key: string | null;
  parent_problem_key: string | null;
  parent_change_key: string | null;
  final_class: string;
  ref: string;
  title: string;
  status: string | null;
  caller_name: string | null;
  agent_name: string | null;
  team_name: string | null;
  service_name: string | null;
  parent_request_ref: string | null;
  parent_incident_ref: string | null;
  parent_problem_ref: string | null;
  parent_change_ref: string | null;
  description: string | null;
  solution: string | null;
  pending_reason: string | null;
  user_comment: string | null;
  started_at: Timestamp | null;
  updated_at: Timestamp | null;
  closed_at: Timestamp | null;
  resolved_at: Timestamp | null;
  last_pending_at: Timestamp | null;
  resolution_date_local: string | null;
  last_pending_date_local: string | null;
  close_date_local: string | null;
  observed_at: Timestamp;
}

export interface StagingInlineImage {
  inline_image_key: string;
  raw_version: Int8;
  itop_id: Int8;
  owner_class: string | null;
  owner_id: string | null;
  ticket_key: string | null;
  observed_at: Timestamp;
}

export interface StagingLandedObject {
  source_key: string;
  raw_version: Int8;
  root_class: string;
  final_class: string;
  is_deleted: boolean;
  landed_at: Timestamp | null;
}

export interface StagingLogEntry {
  item_key: string;
  source_key: string;
  raw_version: Int8;
  root_class: string;
  final_class: string;
  log: string;
  log_index: number;
  user_key: string | null;
  author_name: string | null;
  message: string | null;
  message_html: string | null;
  written_local: string | null;
  written_at: Timestamp | null;
  autumn_pass: string | null;
  is_empty: boolean;
}

export interface StagingMappedObject {
  source_key: string;
  raw_version: Int8;
  root_class: string;
  final_class: string;
  type_identifier: string;
  field: Json;
  status: string | null;
  created_date_local: string | null;
  updated_date_local: string | null;
  approval_date_local: string | null;
  acceptance_date_local: string | null;
  observed_at: Timestamp;
}

export interface StagingObject {
  source_key: string;
  raw_version: Int8;
  root_class: string;
  final_class: string;
  itop_id: Int8;
  label: string | null;
  name: string | null;
  field: Json;
  observed_at: Timestamp;
}

export interface StagingObjectField {
  source_key: string;
  raw_version: Int8;
  root_class: string;
  final_class: string;
  attribute: string;
  value: string;
}

export interface StagingObjectPayload {
  source_key: string;
  raw_version: Int8;
  root_class: string;
  final_class: string;
  field: Json;
}

export interface StagingOrganization {
  organization_key: string;
  raw_version: Int8;
  parent_key: string | null;
  name: string | null;
  code: string | null;
  status: string | null;
  observed_at: Timestamp;
}

export interface StagingPerson {
  person_key: string;
  raw_version: Int8;
  organization_key: string | null;
  full_name: string | null;
  email_as_given: string | null;
  email_address: string | null;
  is_email_valid: boolean | null;
  phone: string | null;
  status: string | null;
  is_active: boolean | null;
  observed_at: Timestamp;
}

export interface StagingService {
  service_key: string;
  raw_version: Int8;
  name: string | null;
  status: string | null;
  family_name: string | null;
  observed_at: Timestamp;
}

export interface StagingServiceSubcategory {
  service_subcategory_key: string;
  raw_version: Int8;
  service_key: string | null;
  name: string | null;
  request_type: string | null;
  observed_at: Timestamp;
}

export interface StagingSetAsideLogEntry {
  item_key: string;
  source_key: string;
  root_class: string;
  final_class: string;
  reason: string;
}

export interface StagingSetAsideValue {
  source_key: string;
  for_key: string;
  relation: string;
  attribute: string | null;
  value: string | null;
  reason: string;
}

export interface StagingSla {
  sla_key: string;
  raw_version: Int8;
  name: string | null;
  provider_name: string | null;
  observed_at: Timestamp;
}

export interface StagingSlaToSlt {
  sla_to_slt_key: string;
  raw_version: Int8;
  sla_key: string | null;
  slt_key: string | null;
  observed_at: Timestamp;
}

export interface StagingSlt {
  slt_key: string;
  raw_version: Int8;
  name: string | null;
  metric: string | null;
  request_type: string | null;
  priority: string | null;
  value: string | null;
  unit: string | null;
  observed_at: Timestamp;
}

export interface StagingTag {
  tag_key: string;
  raw_version: Int8;
  class: string | null;
  attribute: string | null;
  code: string | null;
  label: string | null;
}

export interface StagingTaggedService {
  service_key: string;
  final_class: string;
  name: string;
}

export interface StagingTeam {
  team_key: string;
  raw_version: Int8;
  organization_key: string | null;
  name: string | null;
  email: string | null;
  email_address: string | null;
  status: string | null;
  observed_at: Timestamp;
}

export interface StagingTeamMember {
  team_member_key: string;
  raw_version: Int8;
  team_key: string | null;
  person_key: string | null;
  team_name: string | null;
  person_name: string | null;
  observed_at: Timestamp;
}

export interface StagingTicket {
  ticket_key: string;
  raw_version: Int8;
  itop_id: Int8;
  organization_key: string | null;
  caller_key: string | null;
  agent_key: string | null;
  team_key: string | null;
  parent_request_key: string | null;
  parent_incident_key: string | null;
  parent_problem_key: string | null;
  parent_change_key: string | null;
  final_class: string;
  ref: string;
  title: string;
  status: string | null;
  caller_name: string | null;
  agent_name: string | null;
  team_name: string | null;
  service_name: string | null;
  parent_request_ref: string | null;
  parent_incident_ref: string | null;
  parent_problem_ref: string | null;
  parent_change_ref: string | null;
  description: string | null;
  solution: string | null;
  pending_reason: string | null;
  user_comment: string | null;
  started_at: Timestamp | null;
  updated_at: Timestamp | null;
  closed_at: Timestamp | null;
  resolved_at: Timestamp | null;
  last_pending_at: Timestamp | null;
  resolution_date_local: string | null;
  last_pending_date_local: string | null;
  close_date_local: string | null;
  observed_at: Timestamp;
}

export interface StagingTicketApproval {
  ticket_key: string;
  raw_version: Int8;
  final_class: string;
  status: string | null;
  approver_key: string | null;
  approver_name: string | null;
  approver_email: string | null;
  supervisor_name: string | null;
  start_date_local: string | null;
  acceptance_date_local: string | null;
  approval_date_local: string | null;
  observed_at: Timestamp;
}

export interface StagingTicketClass {
  class: string;
}

export interface StagingTicketParent {
  ticket_key: string;
  ref: string | null;
  parent_request_key: string | null;
  parent_incident_key: string | null;
}

export interface StagingTracedTicket {
  changed_key: string;
  root_class: string;
  ticket_key: string | null;
}

export interface StagingTrigger {
  trigger_key: string;
  raw_version: Int8;
  final_class: string;
  description: string | null;
  target_class: string | null;
  state: string | null;
  attributes: string | null;
  stop_watch: string | null;
  threshold_percent: string | null;
  filter: string | null;
  observed_at: Timestamp;
}

export interface StagingTriggerAction {
  trigger_action_key: string;
  raw_version: Int8;
  trigger_key: string | null;
  action_key: string | null;
  observed_at: Timestamp;
}

export interface StagingUsableObject {
  version_id: Int8;
  source_key: string;
  root_class: string;
  final_class: string;
  source_id: Int8;
  op: 'upsert' | 'delete';
  payload: Json;
  payload_hash: Buffer;
  observed_at: Timestamp;
  landed_at: Timestamp;
  run_id: Int8;
  chunk_id: Int8 | null;
  channel: string;
  broker: string;
  topic: string;
  partition_id: number;
  generation: number;
  offset_no: Int8;
  repairs: string[];
  is_set_aside: boolean;
}

export interface StagingUserAccount {
  user_key: string;
  raw_version: Int8;
  person_key: string | null;
  final_class: string;
  login: string | null;
  status: string | null;
  is_enabled: boolean | null;
  observed_at: Timestamp;
}

export interface StagingUserProfile {
  user_profile_key: string;
  raw_version: Int8;
  user_key: string | null;
  itop_profile_id: string | null;
  profile: string | null;
  observed_at: Timestamp;
}

export interface StagingUserProfileEver {
  user_profile_key: string;
  user_key: string | null;
}

export interface StagingUserRequest {
  ticket_key: string;
  raw_version: Int8;
  itop_id: Int8;
  organization_key: string | null;
  caller_key: string | null;
  agent_key: string | null;
  team_key: string | null;
  parent_request_key: string | null;
  parent_incident_key: string | null;
  parent_problem_key: string | null;
  parent_change_key: string | null;
  final_class: string;
  ref: string;
  title: string;
  status: string | null;
  caller_name: string | null;
  agent_name: string | null;
  team_name: string | null;
  service_name: string | null;
  parent_request_ref: string | null;
  parent_incident_ref: string | null;
  parent_problem_ref: string | null;
  parent_change_ref: string | null;
  description: string | null;
  solution: string | null;
  pending_reason: string | null;
  user_comment: string | null;
  started_at: Timestamp | null;
  updated_at: Timestamp | null;
  closed_at: Timestamp | null;
  resolved_at: Timestamp | null;
  last_pending_at: Timestamp | null;
  resolution_date_local: string | null;
  last_pending_date_local: string | null;
  close_date_local: string | null;
  observed_at: Timestamp;
}

export interface StagingWorkOrder {
  work_order_key: string;
  raw_version: Int8;
  ticket_key: string | null;
  name: string | null;
  status: string | null;
  description: string | null;
  team_name: string | null;
  agent_name: string | null;
  start_local: string | null;
  end_local: string | null;
  observed_at: Timestamp;
}

export interface HandoffAttributePlanOf {
  class: string | null;
  attribute: string | null;
  home: string | null;
  plan: string | null;
  reason: string | null;
  objects: Int8 | null;
  example: string | null;
}

export interface LoadLeasePermits {
  granted: Int8 | null;
  window_ends_in_ms: number | null;
}

export interface ReconcileRollbackDiff {
  target_type: string | null;
  target_key: string | null;
  source_key: string | null;
  target_id: string | null;
  phase: string | null;
  loaded_by_run: Int8 | null;
  stage: number | null;
  recorded_at: Timestamp | null;
  action: string | null;
  reason: string | null;
  leaves: string | null;
  former: Json | null;
  written: Json | null;
  method: string | null;
  path: string | null;
  body: Json | null;
}

/** Tables and views by their names. */
export interface Warehouse {
  'handoff.approval': HandoffApproval;
  'handoff.article_review': HandoffArticleReview;
  'handoff.attribute': HandoffAttribute;
  'handoff.attribute_plan': HandoffAttributePlan;
  'handoff.collection_plan': HandoffCollectionPlan;
  'handoff.crosswalk': HandoffCrosswalk;
  'handoff.custom_object_setup': HandoffCustomObjectSetup;
  'handoff.file': HandoffFile;
  'handoff.object': HandoffObject;
  'handoff.role': HandoffRole;
  'handoff.scope_archive': HandoffScopeArchive;
  'handoff.service_taxonomy': HandoffServiceTaxonomy;
  'handoff.sla_coverage': HandoffSlaCoverage;
  'handoff.sla_target': HandoffSlaTarget;
  'handoff.team_setup': HandoffTeamSetup;
  'handoff.teammate_setup': HandoffTeammateSetup;
  'handoff.workflow': HandoffWorkflow;
  'intercom.article': IntercomArticle;
  'intercom.attribute': IntercomAttribute;
  'intercom.collection': IntercomCollection;
  'intercom.comment_html': IntercomCommentHtml;
  'intercom.company': IntercomCompany;
  'intercom.company_definition': IntercomCompanyDefinition;
  'intercom.contact': IntercomContact;
  'intercom.contact_company': IntercomContactCompany;
  'intercom.contact_company_definition': IntercomContactCompanyDefinition;
  'intercom.contact_definition': IntercomContactDefinition;
  'intercom.conversation': IntercomConversation;
  'intercom.conversation_definition': IntercomConversationDefinition;
  'intercom.conversation_part': IntercomConversationPart;
  'intercom.conversation_part_definition': IntercomConversationPartDefinition;
  'intercom.conversation_part_file': IntercomConversationPartFile;
  'intercom.conversation_part_file_definition': IntercomConversationPartFileDefinition;
  'intercom.conversation_relation': IntercomConversationRelation;
  'intercom.conversation_tag': IntercomConversationTag;
  'intercom.custom_object_instance': IntercomCustomObjectInstance;
  'intercom.tag': IntercomTag;
  'intercom.teammate': IntercomTeammate;
  'intermediate.account_role': IntermediateAccountRole;
  'intermediate.account_role_definition': IntermediateAccountRoleDefinition;
  'intermediate.article_body': IntermediateArticleBody;
  'intermediate.article_text': IntermediateArticleText;
  'intermediate.attachment': IntermediateAttachment;
  'intermediate.attachment_definition': IntermediateAttachmentDefinition;
  'intermediate.attachment_place': IntermediateAttachmentPlace;
  'intermediate.attachment_place_definition': IntermediateAttachmentPlaceDefinition;
  'intermediate.attribute_value': IntermediateAttributeValue;
  'intermediate.change_operation': IntermediateChangeOperation;
  'intermediate.change_operation_definition': IntermediateChangeOperationDefinition;
  'intermediate.contact_decision': IntermediateContactDecision;
  'intermediate.contact_decision_definition': IntermediateContactDecisionDefinition;
  'intermediate.contact_merge': IntermediateContactMerge;
  'intermediate.contact_to_ticket': IntermediateContactToTicket;
  'intermediate.contact_to_ticket_definition': IntermediateContactToTicketDefinition;
  'intermediate.conversation_attribute': IntermediateConversationAttribute;
  'intermediate.conversation_attribute_definition': IntermediateConversationAttributeDefinition;
  'intermediate.custom_attribute': IntermediateCustomAttribute;
  'intermediate.dependency_edge': IntermediateDependencyEdge;
  'intermediate.folded_message': IntermediateFoldedMessage;
  'intermediate.form': IntermediateForm;
  'intermediate.functional_ci_to_ticket': IntermediateFunctionalCiToTicket;
  'intermediate.functional_ci_to_ticket_definition': IntermediateFunctionalCiToTicketDefinition;
  'intermediate.impacted_ci': IntermediateImpactedCi;
  'intermediate.impacted_ci_definition': IntermediateImpactedCiDefinition;
  'intermediate.linked_person': IntermediateLinkedPerson;
  'intermediate.linked_person_definition': IntermediateLinkedPersonDefinition;
  'intermediate.mapped_object_attribute': IntermediateMappedObjectAttribute;
  'intermediate.message_author': IntermediateMessageAuthor;
  'intermediate.object_html': IntermediateObjectHtml;
  'intermediate.organization_path': IntermediateOrganizationPath;
  'intermediate.person': IntermediatePerson;
  'intermediate.person_definition': IntermediatePersonDefinition;
  'intermediate.person_role': IntermediatePersonRole;
  'intermediate.person_ticket_count': IntermediatePersonTicketCount;
  'intermediate.placeholder_caller': IntermediatePlaceholderCaller;
  'intermediate.placeholder_caller_definition': IntermediatePlaceholderCallerDefinition;
  'intermediate.record_note': IntermediateRecordNote;
  'intermediate.record_note_definition': IntermediateRecordNoteDefinition;
  'intermediate.record_note_fact': IntermediateRecordNoteFact;
  'intermediate.record_note_fact_definition': IntermediateRecordNoteFactDefinition;
  'intermediate.shared_address': IntermediateSharedAddress;
  'intermediate.shared_address_definition': IntermediateSharedAddressDefinition;
  'intermediate.thread_fold_proposal': IntermediateThreadFoldProposal;
  'intermediate.thread_message': IntermediateThreadMessage;
  'intermediate.thread_part': IntermediateThreadPart;
  'intermediate.thread_part_definition': IntermediateThreadPartDefinition;
  'intermediate.ticket': IntermediateTicket;
  'intermediate.ticket_definition': IntermediateTicketDefinition;
  'intermediate.ticket_message': IntermediateTicketMessage;
  'intermediate.ticket_message_definition': IntermediateTicketMessageDefinition;
  'intermediate.ticket_parent': IntermediateTicketParent;
  'intermediate.ticket_parent_definition': IntermediateTicketParentDefinition;
  'intermediate.ticket_participant': IntermediateTicketParticipant;
  'intermediate.ticket_person': IntermediateTicketPerson;
  'intermediate.ticket_person_definition': IntermediateTicketPersonDefinition;
  'intermediate.ticket_scope': IntermediateTicketScope;
  'intermediate.ticket_scope_definition': IntermediateTicketScopeDefinition;
  'intermediate.work_order': IntermediateWorkOrder;
  'intermediate.work_order_definition': IntermediateWorkOrderDefinition;
  'load.accepted_part_type': LoadAcceptedPartType;
  'load.canary': LoadCanary;
  'load.canary_finding': LoadCanaryFinding;
  'load.canary_write': LoadCanaryWrite;
  'load.claim': LoadClaim;
  'load.halt': LoadHalt;
  'load.identity': LoadIdentity;
  'load.journal': LoadJournal;
  'load.kept_edit': LoadKeptEdit;
  'load.outcome': LoadOutcome;
  'load.pause': LoadPause;
  'load.probe': LoadProbe;
  'load.rate_window': LoadRateWindow;
  'load.representation': LoadRepresentation;
  'load.team': LoadTeam;
  'load.teammate': LoadTeammate;
  'load.withdrawn_identity': LoadWithdrawnIdentity;
  'load.workspace': LoadWorkspace;
  'ops.changed_object': OpsChangedObject;
  'ops.channel_difference': OpsChannelDifference;
  'ops.chunk': OpsChunk;
  'ops.class_channel': OpsClassChannel;
  'ops.class_fields': OpsClassFields;
  'ops.confirmation': OpsConfirmation;
  'ops.contact_group': OpsContactGroup;
  'ops.cross_check': OpsCrossCheck;
  'ops.decision': OpsDecision;
  'ops.delta_object': OpsDeltaObject;
  'ops.existing_in_target': OpsExistingInTarget;
  'ops.finding': OpsFinding;
  'ops.itop_attribute': OpsItopAttribute;
  'ops.itop_class': OpsItopClass;
  'ops.log_review': OpsLogReview;
  'ops.mapping_attribute': OpsMappingAttribute;
  'ops.mapping_class': OpsMappingClass;
  'ops.mapping_confirmation': OpsMappingConfirmation;
  'ops.mapping_enum_value': OpsMappingEnumValue;
  'ops.mapping_option': OpsMappingOption;
  'ops.mapping_proposal': OpsMappingProposal;
  'ops.mapping_status': OpsMappingStatus;
  'ops.materialised': OpsMaterialised;
  'ops.model_attribute': OpsModelAttribute;
  'ops.model_class': OpsModelClass;
  'ops.model_value': OpsModelValue;
  'ops.process': OpsProcess;
  'ops.purge': OpsPurge;
  'ops.purged': OpsPurged;
  'ops.record_opened': OpsRecordOpened;
  'ops.rendered_body': OpsRenderedBody;
  'ops.run': OpsRun;
  'ops.sample': OpsSample;
  'ops.sample_acceptance': OpsSampleAcceptance;
  'ops.set_aside': OpsSetAside;
  'ops.setting': OpsSetting;
  'ops.setup_item': OpsSetupItem;
  'ops.source_count': OpsSourceCount;
  'ops.stale_owner': OpsStaleOwner;
  'ops.thread_fold': OpsThreadFold;
  'ops.view_set': OpsViewSet;
  'ops.watermark': OpsWatermark;
  'raw.absent_file': RawAbsentFile;
  'raw.blob_source': RawBlobSource;
  'raw.dead_letter': RawDeadLetter;
  'raw.head': RawHead;
  'raw.landed_offset': RawLandedOffset;
  'raw.latest_object': RawLatestObject;
  'raw.missing_reference': RawMissingReference;
  'raw.object': RawObject;
  'raw.update_time_disagrees': RawUpdateTimeDisagrees;
  'reconcile.accepted_difference': ReconcileAcceptedDifference;
  'reconcile.changed_object': ReconcileChangedObject;
  'reconcile.conversation_part_trait': ReconcileConversationPartTrait;
  'reconcile.count_by_class': ReconcileCountByClass;
  'reconcile.count_by_phase': ReconcileCountByPhase;
  'reconcile.current_log_entry_fact': ReconcileCurrentLogEntryFact;
  'reconcile.difference': ReconcileDifference;
  'reconcile.disposition': ReconcileDisposition;
  'reconcile.expected_difference': ReconcileExpectedDifference;
  'reconcile.field_now': ReconcileFieldNow;
  'reconcile.gate': ReconcileGate;
  'reconcile.gate_finding': ReconcileGateFinding;
  'reconcile.item_plan': ReconcileItemPlan;
  'reconcile.list_check': ReconcileListCheck;
  'reconcile.load_backlog': ReconcileLoadBacklog;
  'reconcile.load_error': ReconcileLoadError;
  'reconcile.log_entry_count': ReconcileLogEntryCount;
  'reconcile.log_entry_fact': ReconcileLogEntryFact;
  'reconcile.log_entry_fact_definition': ReconcileLogEntryFactDefinition;
  'reconcile.log_entry_plan': ReconcileLogEntryPlan;
  'reconcile.object_plan': ReconcileObjectPlan;
  'reconcile.observation': ReconcileObservation;
  'reconcile.personal_data': ReconcilePersonalData;
  'reconcile.phase': ReconcilePhase;
  'reconcile.private_run': ReconcilePrivateRun;
  'reconcile.record_finding': ReconcileRecordFinding;
  'reconcile.rollback_item': ReconcileRollbackItem;
  'reconcile.rollback_plan': ReconcileRollbackPlan;
  'reconcile.sample_feature': ReconcileSampleFeature;
  'reconcile.source_item': ReconcileSourceItem;
  'reconcile.surplus_object': ReconcileSurplusObject;
  'reconcile.ticket_call': ReconcileTicketCall;
  'reconcile.unexplained': ReconcileUnexplained;
  'reconcile.value_finding': ReconcileValueFinding;
  'reconcile.value_finding_definition': ReconcileValueFindingDefinition;
  'reconcile.verdict': ReconcileVerdict;
  'reconcile.verdict_by_check': ReconcileVerdictByCheck;
  'reconcile.verdict_by_class': ReconcileVerdictByClass;
  'reconcile.verdict_by_phase': ReconcileVerdictByPhase;
  'reconcile.verdict_change': ReconcileVerdictChange;
  'reconcile.verdict_tally': ReconcileVerdictTally;
  'reconcile.written_conversation': ReconcileWrittenConversation;
  'reconcile.written_field': ReconcileWrittenField;
  'staging.action': StagingAction;
  'staging.attachment': StagingAttachment;
  'staging.blob_source': StagingBlobSource;
  'staging.change_class': StagingChangeClass;
  'staging.change_operation': StagingChangeOperation;
  'staging.contact_to_ticket': StagingContactToTicket;
  'staging.contract': StagingContract;
  'staging.contract_service': StagingContractService;
  'staging.duration_attribute': StagingDurationAttribute;
  'staging.faq': StagingFaq;
  'staging.faq_category': StagingFaqCategory;
  'staging.form_question': StagingFormQuestion;
  'staging.functional_ci_to_ticket': StagingFunctionalCiToTicket;
  'staging.held_object': StagingHeldObject;
  'staging.html_attribute': StagingHtmlAttribute;
  'staging.incident': StagingIncident;
  'staging.inline_image': StagingInlineImage;
  'staging.landed_object': StagingLandedObject;
  'staging.log_entry': StagingLogEntry;
  'staging.mapped_object': StagingMappedObject;
  'staging.object': StagingObject;
  'staging.object_field': StagingObjectField;
  'staging.object_payload': StagingObjectPayload;
  'staging.organization': StagingOrganization;
  'staging.person': StagingPerson;
  'staging.service': StagingService;
  'staging.service_subcategory': StagingServiceSubcategory;
  'staging.set_aside_log_entry': StagingSetAsideLogEntry;
  'staging.set_aside_value': StagingSetAsideValue;
  'staging.sla': StagingSla;
  'staging.sla_to_slt': StagingSlaToSlt;
  'staging.slt': StagingSlt;
  'staging.tag': StagingTag;
  'staging.tagged_service': StagingTaggedService;
  'staging.team': StagingTeam;
  'staging.team_member': StagingTeamMember;
  'staging.ticket': StagingTicket;
  'staging.ticket_approval': StagingTicketApproval;
  'staging.ticket_class': StagingTicketClass;
  'staging.ticket_parent': StagingTicketParent;
  'staging.traced_ticket': StagingTracedTicket;
  'staging.trigger': StagingTrigger;
  'staging.trigger_action': StagingTriggerAction;
  'staging.usable_object': StagingUsableObject;
  'staging.user_account': StagingUserAccount;
  'staging.user_profile': StagingUserProfile;
  'staging.user_profile_ever': StagingUserProfileEver;
  'staging.user_request': StagingUserRequest;
  'staging.work_order': StagingWorkOrder;
}

/** What functions give that give rows. */
export interface WarehouseFunctions {
  'handoff.attribute_plan_of': HandoffAttributePlanOf;
  'load.lease_permits': LoadLeasePermits;
  'reconcile.rollback_diff': ReconcileRollbackDiff;
}
