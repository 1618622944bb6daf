import { sql } from 'kysely';
import type pg from 'pg';
import { recordConfirmation } from '../../platform/confirmation.ts';
import { inTransaction } from '../../platform/database.ts';
import { anyOf, insertRows, upsertRows, warehouse } from '../../platform/warehouse.ts';
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
      await recordMappingConfirmation(client, file, confirmation, effect);
    });
  } catch (error) {
    if (!(error instanceof NothingToKeep)) throw error;
  }
  if (effect === undefined) throw new Error('The effect of the mapping was not measured');
  return effect;
}

/** Rolls the transaction back on purpose. */
class NothingToKeep extends Error {}

async function recordMappingConfirmation(
  client: pg.ClientBase,
  file: MappingFile,
  { workspaceIdCode, confirmedBy }: Confirmation,
  effect: MappingEffect,
): Promise<void> {
  const { fingerprint } = await warehouse(client)
    .insertInto('ops.mapping_confirmation')
    .values({
      workspace_id_code: workspaceIdCode,
      confirmed_by: confirmedBy,
      file_hash: file.hash,
      fingerprint: sql`ops.mapping_fingerprint()`,
      document: file.text,
      effect: JSON.stringify(effect),
    })
    .returning('fingerprint')
    .executeTakeFirstOrThrow();
  await recordConfirmation(client, { workspaceIdCode, subject: 'mapping', fingerprint, confirmedBy });
}

async function writeMapping(client: pg.ClientBase, mapping: Mapping): Promise<void> {
  const classes = Object.entries(mapping.classes);
  await upsertRows(
    client,
    'ops.mapping_class',
    ['class'],
    ['destination', 'target_type', 'rule', 'confidence', 'reason'],
    classes.map(([name, { to, type, rule, confidence, reason }]) => {
      return { class: name, destination: to, target_type: type, rule, confidence, reason };
    }),
  ).execute();
  await upsertRows(
    client,
    'ops.mapping_attribute',
    ['class', 'attribute'],
    [
      ...(['home', 'target_model', 'target_name', 'data_type', 'label', 'position'] as const),
      ...(['only_when_status', 'rule', 'confidence', 'reason'] as const),
    ],
    classes.flatMap(([name, entry]) =>
      Object.entries(entry.attributes ?? {}).map(([attribute, of]) => ({
        class: name,
        attribute,
        home: of.home,
        target_model: targetModel(entry.to, of.home),
        target_name: of.to,
        data_type: of.type,
        label: of.label,
        position: of.position ?? 0,
        only_when_status: of.only_when,
        rule: of.rule,
        confidence: of.confidence,
        reason: of.reason,
      })),
    ),
  ).execute();
  await writeValues(client, mapping);
  const { scope, residency, on_existing, snooze, survivors } = mapping;
  const options = Object.entries({ scope, residency, on_existing, snooze, survivors });
  await upsertRows(
    client,
    'ops.mapping_option',
    ['name'],
    ['value'],
    options.map(([name, value]) => ({ name, value })),
  ).execute();
}

/** Values and states of the attributes in the file are replaced as a whole. */
async function writeValues(client: pg.ClientBase, mapping: Mapping): Promise<void> {
  const enumerated = Object.entries(mapping.classes).flatMap(([name, entry]) =>
    Object.entries(entry.attributes ?? {}).map(([attribute, of]) => ({ class: name, attribute, of })),
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
  await warehouse(client)
    .deleteFrom('ops.mapping_enum_value')
    .where(
      sql<boolean>`(class, attribute) in (select class, attribute from jsonb_to_recordset(${places}::jsonb) as p (class text, attribute text))`,
    )
    .execute();
  await insertRows(
    client,
    'ops.mapping_enum_value',
    ['class', 'attribute', 'value', 'target_value', 'rule', 'confidence', 'reason'],
    values.map(({ to, ...of }) => ({ ...of, target_value: to })),
  ).execute();
  const classesOfStates = enumerated.filter(({ attribute }) => attribute === 'status').map((place) => place.class);
  await warehouse(client).deleteFrom('ops.mapping_status').where('class', '=', anyOf(classesOfStates)).execute();
  await insertRows(
    client,
    'ops.mapping_status',
    ['class', 'status', 'conversation_state', 'rule', 'confidence', 'reason'],
    values
      .filter(({ attribute, state }) => attribute === 'status' && state !== undefined)
      .map(({ class: name, value, state, confidence, reason }) => {
        return { class: name, status: value, conversation_state: state, rule: 'K3', confidence, reason };
      }),
  ).execute();
}

/** Which of Intercom's models an attribute belongs to follows from where its class goes. */
function targetModel(to: string, home: string): string | null {
  if (home === 'attribute') return to;
  return home === 'field' && to !== 'conversation' && to !== 'custom_object' ? to : null;
}
