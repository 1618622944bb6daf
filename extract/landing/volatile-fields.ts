import { memberStart } from './without-members.ts';

/**
 * Fields that change without the object changing: they are stored, but do not make a new version.
 * By root class, each with its reason.
 */
const volatileFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // iTop counts each download, also those of other tools.
  Attachment: { downloads_count: 'counts downloads' },
  // Recomputed on each read from the running clock while a ticket is open.
  Ticket: { sla_tto_over: 'runs while the ticket is open', sla_ttr_over: 'runs while the ticket is open' },
};

const starts = new Map(
  Object.entries(volatileFields).map(([rootClass, fields]) => [rootClass, Object.keys(fields).map(memberStart)]),
);

/** How the volatile fields of a root class begin in its payloads. */
export function volatileMembersOf(rootClass: string): readonly Buffer[] {
  return starts.get(rootClass) ?? [];
}
