import type { Warehouse } from '../../platform/warehouse-types.ts';

type ColumnOf<T extends keyof Warehouse> = keyof Warehouse[T] & string;

/** A table that holds what a view would compute; the view is `<relation>_definition`. Measurements are in docs/decisions.md. */
export type MaterialisedRelation = { [T in keyof Warehouse]: MaterialisedTable<T> }[keyof Warehouse];

interface MaterialisedTable<T extends keyof Warehouse> {
  readonly relation: T;
  readonly primaryKey: ColumnOf<T>;
  /**
   * When it is refreshed: what only sources decide, then the threads, whose authors hang on decisions about people, and what else shows no
   * body of a message, while these are rendered; then what shows them.
   */
  readonly stage: 'source' | 'thread' | 'conversation';
  /** Column that names the ticket a row belongs to: rows are refreshed for the tickets that changed. */
  readonly owner?: ColumnOf<T>;
  /**
   * Root classes, and relations, a change of which shapes rows that no ticket can be named for: then the relation is compared as a
   * whole. One without owner is left alone where none of these changed. Relations as a whole are small beside the threads.
   */
  readonly comparedOn: readonly string[];
  /** Root classes of the objects it has one row of each: rows are refreshed for the objects that changed, which are its primary key. */
  readonly objects?: readonly string[];
  /** Only relations are compared on it: a row that changed puts no ticket out of date by its own key. */
  readonly isForRelations?: boolean;
  /** Besides tickets, objects of every class own rows: those that hold a log, or a value. */
  readonly isOfAnyObject?: boolean;
  /** Further columns that a delta, or a person's search, looks rows up by. */
  readonly indexes?: readonly ColumnOf<T>[];
  /** Words that a person's search looks rows up by: a text search vector over the columns. */
  readonly words?: string;
}

/** Words of a ticket's ref, title and caller. A query that says exactly this uses the index. */
export const ticketWords = `to_tsvector('simple'::regconfig, coalesce(ref, '') || ' ' || coalesce(title, '') || ' ' || coalesce(caller_name, ''))`;

/** Objects that decide about accounts and the people behind them. */
const accounts = ['User', 'URP_UserProfile'];

/** In the order in which they read each other. */
export const materialisedRelations: readonly MaterialisedRelation[] = [
  {
    relation: 'intermediate.person',
    primaryKey: 'person_key',
    stage: 'source',
    objects: ['Contact'],
    comparedOn: [],
  },
  {
    relation: 'intermediate.account_role',
    primaryKey: 'user_key',
    stage: 'source',
    comparedOn: accounts,
    indexes: ['person_key'],
  },
  {
    relation: 'intermediate.contact_to_ticket',
    primaryKey: 'contact_to_ticket_key',
    stage: 'source',
    objects: ['lnkContactToTicket'],
    comparedOn: [],
    indexes: ['ticket_key'],
  },
  {
    relation: 'intermediate.functional_ci_to_ticket',
    primaryKey: 'functional_ci_to_ticket_key',
    stage: 'source',
    objects: ['lnkFunctionalCIToTicket'],
    comparedOn: [],
    indexes: ['ticket_key'],
  },
  {
    relation: 'intermediate.attachment',
    primaryKey: 'attachment_key',
    stage: 'source',
    objects: ['Attachment'],
    comparedOn: [],
    indexes: ['ticket_key'],
  },
  {
    relation: 'intermediate.change_operation',
    primaryKey: 'change_operation_key',
    stage: 'source',
    objects: ['CMDBChangeOp'],
    comparedOn: [],
    indexes: ['ticket_key', 'attachment_key'],
  },
  {
    relation: 'intermediate.work_order',
    primaryKey: 'work_order_key',
    stage: 'source',
    objects: ['WorkOrder'],
    comparedOn: [],
    indexes: ['ticket_key'],
  },
  {
    relation: 'intermediate.ticket_scope',
    primaryKey: 'ticket_key',
    stage: 'source',
    owner: 'ticket_key',
    comparedOn: [],
  },
  {
    relation: 'intermediate.ticket',
    primaryKey: 'ticket_key',
    stage: 'source',
    owner: 'ticket_key',
    comparedOn: [],
    indexes: ['caller_key', 'agent_key', 'organization_key', 'ref'],
    words: ticketWords,
  },
  {
    relation: 'intermediate.ticket_message',
    primaryKey: 'item_key',
    stage: 'source',
    owner: 'ticket_key',
    comparedOn: [],
    indexes: ['user_key'],
  },
  {
    relation: 'intermediate.impacted_ci',
    primaryKey: 'ticket_key',
    stage: 'source',
    owner: 'ticket_key',
    comparedOn: [],
  },
  {
    relation: 'intermediate.linked_person',
    primaryKey: 'linked_person_key',
    stage: 'source',
    owner: 'ticket_key',
    comparedOn: [],
    indexes: ['person_key'],
  },
  {
    relation: 'intermediate.attachment_place',
    primaryKey: 'attachment_key',
    stage: 'source',
    owner: 'ticket_key',
    comparedOn: ['Contact', ...accounts],
  },
  {
    relation: 'intermediate.ticket_parent',
    primaryKey: 'ticket_key',
    stage: 'source',
    owner: 'ticket_key',
    comparedOn: [],
    indexes: ['parent_request_key', 'parent_incident_key'],
  },
  {
    relation: 'intermediate.record_note_fact',
    primaryKey: 'record_note_fact_key',
    stage: 'source',
    owner: 'ticket_key',
    comparedOn: ['Contact', ...accounts],
  },
  {
    relation: 'intermediate.shared_address',
    primaryKey: 'person_key',
    stage: 'source',
    comparedOn: ['Contact'],
    isForRelations: true,
  },
  {
    relation: 'intermediate.ticket_person',
    primaryKey: 'person_key',
    stage: 'source',
    comparedOn: ['Ticket', 'lnkContactToTicket', 'intermediate.shared_address', ...accounts],
    isForRelations: true,
  },
  {
    relation: 'intermediate.contact_decision',
    primaryKey: 'person_key',
    stage: 'source',
    comparedOn: ['Contact', 'intermediate.ticket_person', ...accounts],
  },
  { relation: 'intercom.company', primaryKey: 'target_key', stage: 'source', comparedOn: ['Organization'] },
  {
    relation: 'intermediate.placeholder_caller',
    primaryKey: 'contact_key',
    stage: 'source',
    comparedOn: ['Ticket', 'intermediate.contact_decision'],
    isForRelations: true,
  },
  {
    relation: 'intercom.contact',
    primaryKey: 'target_key',
    stage: 'source',
    comparedOn: ['Contact', 'Organization', 'intermediate.contact_decision', 'intermediate.placeholder_caller'],
  },
  {
    relation: 'intercom.contact_company',
    primaryKey: 'target_key',
    stage: 'source',
    comparedOn: ['Contact', 'Organization', 'intermediate.contact_decision', 'intercom.contact'],
  },
  {
    relation: 'intermediate.thread_part',
    primaryKey: 'item_key',
    stage: 'thread',
    owner: 'ticket_key',
    comparedOn: [],
  },
  {
    relation: 'intermediate.record_note',
    primaryKey: 'ticket_key',
    stage: 'thread',
    owner: 'ticket_key',
    comparedOn: [],
  },
  {
    relation: 'intermediate.conversation_attribute',
    primaryKey: 'ticket_key',
    stage: 'thread',
    owner: 'ticket_key',
    comparedOn: [],
  },
  {
    relation: 'intercom.conversation_part',
    primaryKey: 'target_key',
    stage: 'conversation',
    owner: 'conversation_key',
    comparedOn: [],
  },
  {
    relation: 'intercom.conversation_part_file',
    primaryKey: 'target_key',
    stage: 'conversation',
    owner: 'conversation_key',
    comparedOn: [],
  },
  {
    relation: 'intercom.conversation',
    primaryKey: 'target_key',
    stage: 'conversation',
    owner: 'target_key',
    comparedOn: [],
  },
  {
    relation: 'reconcile.log_entry_fact',
    primaryKey: 'item_key',
    stage: 'conversation',
    owner: 'source_key',
    isOfAnyObject: true,
    comparedOn: [],
    indexes: ['time_finding'],
  },
  {
    relation: 'reconcile.value_finding',
    primaryKey: 'finding_key',
    stage: 'conversation',
    owner: 'source_key',
    isOfAnyObject: true,
    comparedOn: [],
  },
];

/** The view that says what a materialised relation holds. */
export function definitionNameOf({ relation }: MaterialisedRelation): string {
  return `${relation}_definition`;
}

/** Columns beside the primary key that a materialised relation is looked up by. */
export function indexedColumnsOf({ primaryKey, owner, indexes = [] }: MaterialisedRelation): string[] {
  return [...(owner === undefined || owner === primaryKey ? [] : [owner]), ...indexes];
}

/** Those of some stages, in the order in which they read each other. */
export const relationsOfStage = (
  ...stages: readonly MaterialisedRelation['stage'][]
): readonly MaterialisedRelation[] => materialisedRelations.filter(({ stage }) => stages.includes(stage));
