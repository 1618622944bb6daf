import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import { readKnownMapping } from './known-mapping.ts';
import type { Mapping } from './mapping-schema.ts';
import { entriesOf } from './propose-mapping.ts';

/** A decision that the file makes otherwise than the warehouse. */
export interface DecisionChange {
  /** Class, Class.attribute, Class.attribute=value, or the name of an option. */
  readonly entry: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Compares a mapping with `ops.mapping_*`; reasons, rules and confidence are no part of a decision. */
export async function findDecisionChanges(client: pg.ClientBase, mapping: Mapping): Promise<DecisionChange[]> {
  const known = await readKnownMapping(client);
  const held: Mapping['classes'] = {};
  for (const [name, entry] of Object.entries(mapping.classes)) {
    const before = known.classes.get(name);
    if (before === undefined) continue;
    const attributes = [...(known.attributes.get(name) ?? [])].filter(
      ([attribute]) => entry.attributes?.[attribute] !== undefined,
    );
    held[name] = { ...before, attributes: Object.fromEntries(attributes) };
  }
  const before = entriesOf({ ...mapping, classes: held });
  const after = entriesOf(mapping);
  const changes: DecisionChange[] = [];
  for (const entry of new Set([...before.keys(), ...after.keys()])) {
    const [old, fresh] = [sayDecision(entry, before.get(entry)), sayDecision(entry, after.get(entry))];
    if (old !== fresh) changes.push({ entry, before: old, after: fresh });
  }
  const options = await warehouse(client).selectFrom('ops.mapping_option').select(['name', 'value']).execute();
  const present = new Map<string, string>(options.map((row) => [row.name, JSON.stringify(row.value)]));
  const { scope, residency, on_existing, snooze, survivors } = mapping;
  const wanted = { scope, residency, on_existing, snooze, survivors };
  // As Postgres holds it: its jsonb orders the names.
  const asHeld = await sql<{ key: string; value: unknown }>`
    select key, value from jsonb_each(${JSON.stringify(wanted)}::jsonb)`.execute(warehouse(client));
  const fresh = new Map(asHeld.rows.map(({ key, value }) => [key, JSON.stringify(value)]));
  for (const name of Object.keys(wanted)) {
    const old = present.get(name) ?? null;
    const now = fresh.get(name) ?? null;
    if (old !== now) changes.push({ entry: name, before: old, after: now });
  }
  return changes;
}

/** The part of an entry that decides, in words. A value that keeps its code is the same as no row. */
function sayDecision(key: string, entry: object | undefined): string | null {
  if (entry === undefined) return null;
  const {
    rule: _rule,
    reason: _reason,
    confidence: _confidence,
    shared: _shared,
    ...decision
  } = entry as Record<string, unknown>;
  const value = /=(.*)$/.exec(key)?.[1];
  if (value !== undefined && decision.to === value && decision.state === undefined) return null;
  return Object.entries(decision)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => `${name}: ${Array.isArray(part) ? part.join(', ') : String(part)}`)
    .join('; ');
}
