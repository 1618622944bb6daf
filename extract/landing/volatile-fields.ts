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

/** Names of the volatile fields of a root class, or undefined where there are none. */
export function volatileFieldsOf(rootClass: string): readonly string[] | undefined {
  const fields = volatileFields[rootClass];
  return fields === undefined ? undefined : Object.keys(fields);
}
