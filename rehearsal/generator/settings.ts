/** What decides the generated iTop: the same settings always give the same objects. */
export interface GeneratorSettings {
  readonly seed: number;
  /** How many UserRequests there are. The scripted hard cases take the first ones (see ticket-cases.ts). */
  readonly tickets: number;
  /** Average number of log entries (public and private) of an ordinary ticket. */
  readonly logEntriesPerTicket: number;
}

export const DEFAULT_SETTINGS: GeneratorSettings = { seed: 1, tickets: 300, logEntriesPerTicket: 4 };

/** Sizes that follow from the number of tickets. */
export interface Sizes {
  readonly tickets: number;
  readonly persons: number;
  readonly agents: number;
  readonly organizations: number;
}

/** A third as many persons as tickets, at least 60; sixty agents and four hundred organizations at most. */
export function sizesFor(settings: GeneratorSettings): Sizes {
  return {
    tickets: settings.tickets,
    persons: Math.max(60, Math.floor(settings.tickets / 3)),
    agents: Math.min(60, Math.max(8, Math.ceil(settings.tickets / 150))),
    organizations: Math.min(400, Math.max(14, Math.ceil(settings.tickets / 40))),
  };
}
