/** A table that holds what a view would compute; the view is `<relation>_definition`. Measurements are in docs/decisions.md. */
export interface MaterialisedRelation {
  readonly relation: string;
  readonly primaryKey: string;
  /**
   * Column that names the ticket a row belongs to: rows are refreshed for the tickets that changed. Undefined for relations of
   * people and organizations, which are small and whose rows depend on each other: they are compared and refreshed as a whole.
   */
  readonly owner?: string;
  /** Column, in a relation without owner, that names the ticket whose conversation shows the row: a row that differs marks it. */
  readonly marksTicket?: string;
  /** Relations that show bodies wait until these are rendered. */
  readonly needsRenderedBodies: boolean;
}

/** In the order in which they read each other. */
export const materialisedRelations: readonly MaterialisedRelation[] = [
  { relation: 'intermediate.account_role', primaryKey: 'user_key', needsRenderedBodies: false },
  { relation: 'intermediate.ticket', primaryKey: 'ticket_key', owner: 'ticket_key', needsRenderedBodies: false },
  { relation: 'intermediate.ticket_message', primaryKey: 'item_key', owner: 'ticket_key', needsRenderedBodies: false },
  {
    relation: 'intermediate.impacted_ci',
    primaryKey: 'ticket_key',
    marksTicket: 'ticket_key',
    needsRenderedBodies: false,
  },
  {
    relation: 'intermediate.linked_person',
    primaryKey: 'linked_person_key',
    marksTicket: 'ticket_key',
    needsRenderedBodies: false,
  },
  {
    relation: 'intermediate.attachment_place',
    primaryKey: 'attachment_key',
    marksTicket: 'ticket_key',
    needsRenderedBodies: false,
  },
  {
    relation: 'intermediate.told_fact',
    primaryKey: 'told_fact_key',
    marksTicket: 'ticket_key',
    needsRenderedBodies: false,
  },
  { relation: 'intermediate.contact_decision', primaryKey: 'person_key', needsRenderedBodies: false },
  { relation: 'intercom.company', primaryKey: 'target_key', needsRenderedBodies: false },
  { relation: 'intercom.contact', primaryKey: 'target_key', needsRenderedBodies: false },
  { relation: 'intercom.contact_company', primaryKey: 'target_key', needsRenderedBodies: false },
  {
    relation: 'intercom.conversation_part',
    primaryKey: 'target_key',
    owner: 'conversation_key',
    needsRenderedBodies: true,
  },
  {
    relation: 'intercom.conversation_part_file',
    primaryKey: 'target_key',
    owner: 'conversation_key',
    needsRenderedBodies: true,
  },
  { relation: 'intercom.conversation', primaryKey: 'target_key', owner: 'target_key', needsRenderedBodies: true },
];

/** The view that says what a materialised relation holds. */
export function definitionNameOf({ relation }: MaterialisedRelation): string {
  return `${relation}_definition`;
}
