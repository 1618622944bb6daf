import type pg from 'pg';
import { isSameValue } from '../../intercom/same-value.ts';
import { warehouse } from '../../platform/warehouse.ts';
import type { ExistingPolicy, OnExisting } from '../engine/context.ts';
import { attributeFields, type ComparedField } from './verdicts.ts';

/** The policy that was confirmed with the mapping; without one only empty fields are filled. */
export async function readExistingPolicy(pool: pg.Pool): Promise<ExistingPolicy> {
  const rows = await warehouse(pool)
    .selectFrom('ops.mapping_option')
    .select('value')
    .$narrowType<{ value: Partial<ExistingPolicy> }>()
    .where('name', '=', 'on_existing')
    .execute();
  const { contact = 'fill_empty', company = 'fill_empty' } = rows[0]?.value ?? {};
  return { contact, company };
}

/** Fields of an object, and its custom attributes. */
interface FieldsOf<Value> {
  readonly fields: Readonly<Record<string, Value>>;
  readonly customAttributes: Readonly<Record<string, unknown>>;
}

/** What is written to an object that existed. */
export interface ExistingPlan {
  /** Fields to write, custom attributes under their own key; undefined when nothing is to be written. */
  readonly write: FieldsOf<string> | undefined;
  /** What these fields held before. */
  readonly beforeImage: Record<string, unknown>;
}

/**
 * What the policy writes to an object that was there before the migration: nothing, only fields that are empty there, or every
 * field that the source fills and that differs. A field that is empty in the source is never written.
 */
export function planForExisting(
  policy: OnExisting,
  desired: FieldsOf<string | null>,
  held: FieldsOf<string | null>,
): ExistingPlan {
  const isWritten = (name: string, value: unknown, present: unknown): boolean => {
    if (policy === 'leave' || isEmpty(value)) return false;
    return policy === 'overwrite' ? !isSameValue(name, value, present) : isEmpty(present);
  };
  const fields: Record<string, string> = {};
  const customAttributes: Record<string, unknown> = {};
  const beforeImage: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(desired.fields)) {
    if (value === null || !isWritten(name, value, held.fields[name])) continue;
    fields[name] = value;
    beforeImage[name] = held.fields[name] ?? null;
  }
  const attributesBefore: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(desired.customAttributes)) {
    if (!isWritten(name, value, held.customAttributes[name])) continue;
    customAttributes[name] = value;
    attributesBefore[name] = held.customAttributes[name] ?? null;
  }
  if (Object.keys(attributesBefore).length > 0) beforeImage.custom_attributes = attributesBefore;
  const isNothing = Object.keys(beforeImage).length === 0;
  return { write: isNothing ? undefined : { fields, customAttributes }, beforeImage };
}

/** The written fields beside what the object holds after the call. */
export function comparedWrites(write: ExistingPlan['write'], held: FieldsOf<string | null>): ComparedField[] {
  if (write === undefined) return [];
  return [
    ...Object.entries(write.fields).map(([name, value]): ComparedField => [name, value, held.fields[name]]),
    ...attributeFields(write.customAttributes, held.customAttributes),
  ];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
