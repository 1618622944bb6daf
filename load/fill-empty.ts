/** Fields of an existing object that are empty there and not empty in the source. */
export interface FillPlan {
  /** Fields to write, custom attributes under their own key; undefined when nothing is to be filled. */
  readonly write:
    | { readonly fields: Record<string, string>; readonly customAttributes: Record<string, unknown> }
    | undefined;
  /** What these fields held before. */
  readonly beforeImage: Record<string, unknown>;
}

/**
 * What `on_existing: fill_empty` (RULES P3) writes to an object that was there before the migration: never a field that
 * holds something.
 */
export function planFill(
  wanted: { fields: Readonly<Record<string, string | null>>; customAttributes: Readonly<Record<string, unknown>> },
  held: { fields: Readonly<Record<string, string | null>>; customAttributes: Readonly<Record<string, unknown>> },
): FillPlan {
  const fields: Record<string, string> = {};
  const customAttributes: Record<string, unknown> = {};
  const beforeImage: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(wanted.fields)) {
    if (value === null || value === '' || !isEmpty(held.fields[name])) continue;
    fields[name] = value;
    beforeImage[name] = held.fields[name] ?? null;
  }
  const attributesBefore: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(wanted.customAttributes)) {
    if (isEmpty(value) || !isEmpty(held.customAttributes[name])) continue;
    customAttributes[name] = value;
    attributesBefore[name] = held.customAttributes[name] ?? null;
  }
  if (Object.keys(attributesBefore).length > 0) beforeImage.custom_attributes = attributesBefore;
  const isNothing = Object.keys(beforeImage).length === 0;
  return { write: isNothing ? undefined : { fields, customAttributes }, beforeImage };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
