import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { type DecisionChange, findDecisionChanges } from './decision-changes.ts';
import { type Mapping, withoutIdleAttributes } from './mapping-schema.ts';
import { measurePayloads, type PayloadChange, rememberPayloads } from './payload-changes.ts';
import type { MappingFile } from './read-mapping.ts';

/** What a mapping changes against the one the warehouse holds. */
export interface MappingEffect {
  readonly decisions: readonly DecisionChange[];
  readonly payloads: readonly PayloadChange[];
  /** False before the first transform: payloads cannot be compared yet. */
  readonly arePayloadsCompared: boolean;
}

export interface Confirmation {
  readonly workspaceIdCode: string;
  readonly confirmedBy: string;
}

/**
 * Writes a checked mapping into `ops.mapping_*` and records who confirmed it; without a confirmation only tells its effect, and
 * changes nothing. Rows of classes and attributes the file does not name stay.
 */
export async function applyMapping(
  pool: pg.Pool,
  file: MappingFile,
  confirmation: Confirmation | undefined,
): Promise<MappingEffect> {
  const mapping = withoutIdleAttributes(file.mapping);
  let effect: MappingEffect | undefined;
  try {
    await inTransaction(pool, async (client) => {
      const decisions = await findDecisionChanges(client, mapping);
      const arePayloadsCompared = await rememberPayloads(client, decisions);
      await writeMapping(client, mapping);
      effect = {
        decisions,
        payloads: arePayloadsCompared ? await measurePayloads(client) : [],
        arePayloadsCompared,
      };
      if (confirmation === undefined) throw new NothingToKeep();
      await recordConfirmation(client, file, confirmation, effect);
    });
  } catch (error) {
    if (!(error instanceof NothingToKeep)) throw error;
  }
  if (effect === undefined) throw new Error('The effect of the mapping was not measured');
  return effect;
}

/** Rolls the transaction back on purpose. */
class NothingToKeep extends Error {}

async function recordConfirmation(
  client: pg.ClientBase,
  file: MappingFile,
  { workspaceIdCode, confirmedBy }: Confirmation,
  effect: MappingEffect,
): Promise<void> {
  await client.query(
    `insert into ops.mapping_confirmation (workspace_id_code, confirmed_by, file_hash, fingerprint, document, effect)
     values ($1, $2, $3, ops.mapping_fingerprint(), $4, $5)`,
    [workspaceIdCode, confirmedBy, file.hash, file.text, JSON.stringify(effect)],
  );
  await client.query(
    `insert into ops.confirmation (workspace_id_code, subject, fingerprint, confirmed_by)
     values ($1, 'mapping', ops.mapping_fingerprint(), $2)
     on conflict (workspace_id_code, subject) do update
     set fingerprint = excluded.fingerprint, confirmed_by = excluded.confirmed_by, confirmed_at = clock_timestamp()`,
    [workspaceIdCode, confirmedBy],
  );
}

async function writeMapping(client: pg.ClientBase, mapping: Mapping): Promise<void> {
  const classes = Object.entries(mapping.classes);
  await client.query(
    `insert into ops.mapping_class (class, destination, target_type, rule, confidence, reason)
     select class, "to", type, rule, confidence, reason
     from jsonb_to_recordset($1) as c (class text, "to" text, type text, rule text, confidence text, reason text)
     on conflict (class) do update set destination = excluded.destination, target_type = excluded.target_type,
       rule = excluded.rule, confidence = excluded.confidence, reason = excluded.reason`,
    [JSON.stringify(classes.map(([name, { attributes: _attributes, ...head }]) => ({ class: name, ...head })))],
  );
  const attributes = classes.flatMap(([name, entry]) =>
    Object.entries(entry.attributes ?? {}).map(([attribute, { values: _values, ...of }]) => ({
      class: name,
      attribute,
      ...of,
      target_model: targetModel(entry.to, of.home),
    })),
  );
  await client.query(
    `insert into ops.mapping_attribute
       (class, attribute, home, target_model, target_name, data_type, label, position, only_when_status, rule, confidence, reason)
     select class, attribute, home, target_model, "to", type, label, coalesce(position, 0), only_when, rule, confidence, reason
     from jsonb_to_recordset($1) as a (class text, attribute text, home text, target_model text, "to" text, type text, label text,
       position integer, only_when text[], rule text, confidence text, reason text)
     on conflict (class, attribute) do update set home = excluded.home, target_model = excluded.target_model,
       target_name = excluded.target_name, data_type = excluded.data_type, label = excluded.label, position = excluded.position,
       only_when_status = excluded.only_when_status, rule = excluded.rule, confidence = excluded.confidence, reason = excluded.reason`,
    [JSON.stringify(attributes)],
  );
  await writeValues(client, mapping);
  const { scope, residency, on_existing, snooze, survivors } = mapping;
  await client.query(
    `insert into ops.mapping_option (name, value) select name, value from jsonb_to_recordset($1) as o (name text, value jsonb)
     on conflict (name) do update set value = excluded.value`,
    [
      JSON.stringify(
        Object.entries({ scope, residency, on_existing, snooze, survivors }).map(([name, value]) => ({ name, value })),
      ),
    ],
  );
}

/** Values and states of the attributes in the file are replaced as a whole. */
async function writeValues(client: pg.ClientBase, mapping: Mapping): Promise<void> {
  const enumerated = Object.entries(mapping.classes).flatMap(([name, entry]) =>
    Object.entries(entry.attributes ?? {}).map(([attribute, of]) => ({ class: name, attribute, of, to: entry.to })),
  );
  const values = enumerated.flatMap(({ class: name, attribute, of }) =>
    Object.entries(of.values ?? {}).map(([value, decided]) => ({
      class: name,
      attribute,
      value,
      rule: of.rule,
      reason: '',
      ...decided,
    })),
  );
  const places = JSON.stringify(enumerated.map(({ class: name, attribute }) => ({ class: name, attribute })));
  await client.query(
    `delete from ops.mapping_enum_value v using jsonb_to_recordset($1) as p (class text, attribute text)
     where v.class = p.class and v.attribute = p.attribute`,
    [places],
  );
  await client.query(
    `insert into ops.mapping_enum_value (class, attribute, value, target_value, rule, confidence, reason)
     select class, attribute, value, "to", rule, confidence, reason
     from jsonb_to_recordset($1) as v (class text, attribute text, value text, "to" text, rule text, confidence text, reason text)`,
    [JSON.stringify(values)],
  );
  await client.query(
    `delete from ops.mapping_status s using jsonb_to_recordset($1) as p (class text, attribute text)
     where s.class = p.class and p.attribute = 'status'`,
    [places],
  );
  await client.query(
    `insert into ops.mapping_status (class, status, conversation_state, rule, confidence, reason)
     select class, value, state, 'K3', confidence, reason
     from jsonb_to_recordset($1) as v (class text, value text, state text, confidence text, reason text)`,
    [JSON.stringify(values.filter(({ attribute, state }) => attribute === 'status' && state !== undefined))],
  );
}

/** Which of Intercom's models an attribute belongs to follows from where its class goes. */
function targetModel(to: string, home: string): string | null {
  if (home === 'attribute') return to;
  return home === 'field' && to !== 'conversation' && to !== 'custom_object' ? to : null;
}
