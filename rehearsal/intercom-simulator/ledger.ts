/** A message that a real workspace would have sent out. */
export interface Notification {
  readonly conversationId: string;
  readonly partId: string;
  readonly reason: string;
  readonly body: string | null;
}

/** What would have reached people: `customer` must stay empty in a migration. */
export interface Ledger {
  readonly customer: Notification[];
  readonly teammate: Notification[];
}

export function createLedger(): Ledger {
  return { customer: [], teammate: [] };
}
