import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import type { AttributeEntry, ClassEntry, ValueEntry } from './mapping-schema.ts';

/** What the warehouse maps already: the decisions it came with, or those a person confirmed. */
export interface KnownMapping {
  readonly classes: ReadonlyMap<string, ClassEntry>;
  /** Whether a person ever confirmed a mapping: before that, "handed off" only means that nobody chose. */
  readonly isConfirmed: boolean;
  /** Attributes by class; each as an entry of mapping.yaml. */
  readonly attributes: ReadonlyMap<string, ReadonlyMap<string, AttributeEntry>>;
}

interface AttributeRow {
  class: string;
  attribute: string;
  home: AttributeEntry['home'];
  target_name: string | null;
  data_type: AttributeEntry['type'] | null;
  label: string | null;
  position: number;
  only_when_status: string[] | null;
  rule: string;
  reason: string;
  confidence: AttributeEntry['confidence'];
  is_shared: boolean;
}

const reasonOfHome: Readonly<Record<AttributeEntry['home'], string>> = {
  part: 'a message or note of the thread',
  field: 'Intercom has a field for it',
  attribute: 'shown beside the object in Intercom',
  record_note: 'kept in the record note: no better place',
  handoff: 'delivered as a file',
  dropped: 'not needed',
};

/** Reads `ops.mapping_*` as entries of mapping.yaml. */
export async function readKnownMapping(pool: Pick<pg.ClientBase, 'query'>): Promise<KnownMapping> {
  const classes = await warehouse(pool)
    .selectFrom('ops.mapping_class')
    .select(['class', 'destination', 'target_type', 'rule', 'reason', 'confidence'])
    .execute();
  const attributes = await warehouse(pool)
    .selectFrom('ops.mapping_attribute')
    .select([
      'class',
      'attribute',
      'home',
      'target_name',
      'data_type',
      'label',
      'position',
      'only_when_status',
      'rule',
      'reason',
      'confidence',
      sql<
        AttributeRow['is_shared']
      >`home = 'attribute' and count(*) over (partition by class, home, target_name) > 1`.as('is_shared'),
    ])
    .execute();
  const values = await warehouse(pool)
    .selectFrom('ops.mapping_enum_value as v')
    .fullJoin('ops.mapping_status as s', (join) =>
      join.onRef('s.class', '=', 'v.class').onRef('s.status', '=', 'v.value').on('v.attribute', '=', 'status'),
    )
    .select(({ fn, val }) => [
      fn.coalesce('v.class', 's.class').$notNull().as('class'),
      fn.coalesce('v.attribute', val('status')).as('attribute'),
      fn.coalesce('v.value', 's.status').$notNull().as('value'),
      fn.coalesce('v.target_value', 'v.value', 's.status').$notNull().as('target_value'),
      's.conversation_state as state',
      fn.coalesce('v.rule', 's.rule').$notNull().as('rule'),
      fn.coalesce(fn<string | null>('nullif', ['v.reason', val('')]), 's.reason', val('')).as('reason'),
      fn.coalesce('v.confidence', 's.confidence').$notNull().as('confidence'),
    ])
    .execute();
  const valuesOf = new Map<string, Record<string, ValueEntry>>();
  for (const row of values) {
    const key = `${row.class}.${row.attribute}`;
    const entries = valuesOf.get(key) ?? {};
    valuesOf.set(key, entries);
    entries[row.value] = {
      to: row.target_value,
      ...(row.state === null ? {} : { state: row.state }),
      rule: row.rule,
      confidence: row.confidence,
      ...(row.reason === '' ? {} : { reason: row.reason }),
    };
  }
  const byClass = new Map<string, Map<string, AttributeEntry>>();
  for (const row of attributes) {
    const entries = byClass.get(row.class) ?? new Map<string, AttributeEntry>();
    byClass.set(row.class, entries);
    entries.set(row.attribute, entryOf(row, withoutRule(row.rule, valuesOf.get(`${row.class}.${row.attribute}`))));
  }
  const confirmed = await warehouse(pool)
    .selectFrom('ops.mapping_confirmation')
    .select('confirmation_id')
    .limit(1)
    .executeTakeFirst();
  return {
    isConfirmed: confirmed !== undefined,
    classes: new Map(
      classes
        .filter((row) => row.destination !== 'teammate')
        .map((row) => [
          row.class,
          {
            to: row.destination as ClassEntry['to'],
            ...(row.target_type === null ? {} : { type: row.target_type }),
            rule: row.rule,
            confidence: row.confidence,
            reason: row.reason,
          },
        ]),
    ),
    attributes: byClass,
  };
}

function entryOf(row: AttributeRow, values: Record<string, ValueEntry> | undefined): AttributeEntry {
  return {
    home: row.home,
    ...(row.target_name === null ? {} : { to: row.target_name }),
    ...(row.data_type === null ? {} : { type: row.data_type }),
    ...(row.label === null ? {} : { label: row.label }),
    ...(row.position === 0 ? {} : { position: row.position }),
    ...(row.is_shared ? { shared: true } : {}),
    ...(row.only_when_status === null ? {} : { only_when: row.only_when_status }),
    rule: row.rule,
    confidence: row.confidence,
    reason: row.reason === '' ? reasonOfHome[row.home] : row.reason,
    ...(values === undefined ? {} : { values }),
  };
}

/** A value under the rule of its attribute does not repeat it. */
function withoutRule(
  ruleOfAttribute: string,
  values: Record<string, ValueEntry> | undefined,
): Record<string, ValueEntry> | undefined {
  if (values === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(values).map(([value, { rule, ...rest }]) => [
      value,
      rule === undefined || rule === ruleOfAttribute ? rest : { ...rest, rule },
    ]),
  );
}
