import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { type Finding, replaceFindings } from '../../platform/findings.ts';
import { insertRows, warehouse } from '../../platform/warehouse.ts';
import { isDerived } from './attribute-kind.ts';
import type { DataModel } from './read-data-model.ts';

/**
 * Puts a data model file into the catalog (`ops.model_class`, `ops.model_attribute`, `ops.model_value`): classes that the site
 * added enter the class tree, labels and types go to the attributes seen in iTop. Returns what differs from the file read
 * before, and from what iTop listed.
 */
export async function storeDataModel(pool: pg.Pool, model: DataModel): Promise<Finding[]> {
  const classes = [...model.classes.values()];
  const attributes = classes.flatMap((one) => one.attributes.map((attribute) => ({ class: one.name, ...attribute })));
  const values = attributes.flatMap((attribute) =>
    attribute.values.map((value, position) => ({
      class: attribute.class,
      attribute: attribute.attribute,
      ...value,
      position,
    })),
  );
  const findings = await inTransaction(pool, async (client) => {
    const drift = await driftOf(client, attributes);
    await warehouse(client).deleteFrom('ops.model_value').execute();
    await warehouse(client).deleteFrom('ops.model_attribute').execute();
    await warehouse(client).deleteFrom('ops.model_class').execute();
    await insertRows(
      client,
      'ops.model_class',
      ['class', 'parent_class', 'label', 'module', 'is_abstract'],
      classes.map(({ name, parent, label, module, isAbstract }) => ({
        class: name,
        parent_class: parent,
        label,
        module,
        is_abstract: isAbstract,
      })),
    ).execute();
    await insertRows(
      client,
      'ops.model_attribute',
      ['class', 'attribute', 'type', 'kind', 'label', 'module', 'is_custom'],
      attributes.map(({ isCustom, ...attribute }) => ({ ...attribute, is_custom: isCustom })),
    ).execute();
    await insertRows(client, 'ops.model_value', ['class', 'attribute', 'value', 'label', 'position'], values)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await addClasses(client, model);
    await warehouse(client)
      .updateTable('ops.itop_attribute as i')
      .from('ops.model_attribute as m')
      .set((row) => ({
        label: row.ref('m.label'),
        kind: row.case().when('m.kind', '=', 'unknown').then(row.ref('i.kind')).else(row.ref('m.kind')).end(),
      }))
      .whereRef('m.class', '=', 'i.class')
      .whereRef('m.attribute', '=', 'i.attribute')
      .where((row) =>
        row.or([
          row('i.label', 'is distinct from', row.ref('m.label')),
          row('i.kind', 'is distinct from', row.ref('m.kind')),
        ]),
      )
      .execute();
    return [...drift, ...(await unlike(client))];
  });
  await replaceFindings(pool, 'datamodel', findings);
  return findings;
}

/** A class that the tree lacks, below the first class above it that the tree has. */
async function addClasses(client: pg.ClientBase, model: DataModel): Promise<void> {
  const rows = await warehouse(client).selectFrom('ops.itop_class').select(['class', 'root_class']).execute();
  const roots = new Map(rows.map((row) => [row.class, row.root_class]));
  const rootOf = (name: string): string => {
    const parent = model.classes.get(name)?.parent;
    return roots.get(name) ?? (parent === undefined ? name : rootOf(parent));
  };
  const missing = [...model.classes.values()].filter((one) => !roots.has(one.name));
  await insertRows(
    client,
    'ops.itop_class',
    ['class', 'root_class', 'parent_class', 'is_standard'],
    missing.map(({ name, parent, isCustom }) => ({
      class: name,
      root_class: rootOf(name),
      parent_class: parent,
      is_standard: !isCustom,
    })),
  )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

interface Known {
  readonly class: string;
  readonly attribute: string;
  readonly type: string;
}

async function driftOf(client: pg.ClientBase, now: readonly Known[]): Promise<Finding[]> {
  const before = await warehouse(client)
    .selectFrom('ops.model_attribute')
    .select(['class', 'attribute', 'type'])
    .execute();
  if (before.length === 0) return [];
  const key = (one: Known): string => `${one.class}.${one.attribute}`;
  const types = new Map(before.map((one) => [key(one), one.type]));
  const current = new Map(now.map((one) => [key(one), one.type]));
  const drift = (subject: string, finding: string): Finding => ({
    code: 'model_drift',
    severity: 'warning',
    subject,
    finding,
    nextStep: 'Check it with the owner of iTop, then run `map check`.',
  });
  return [
    ...[...types.keys()]
      .filter((name) => !current.has(name))
      .map((name) => drift(name, 'The attribute is gone from the data model since the file read before.')),
    ...[...current]
      .filter(([name]) => !types.has(name))
      .map(([name]) => drift(name, 'The attribute is new in the data model since the file read before.')),
    ...[...current]
      .filter(([name, type]) => (types.get(name) ?? type) !== type)
      .map(([name, type]) =>
        drift(name, `The attribute was ${types.get(name)} in the file read before and is ${type}.`),
      ),
  ];
}

/** Attributes of the file's classes that iTop listed and the file lacks: then the file is older than iTop. */
async function unlike(client: pg.ClientBase): Promise<Finding[]> {
  const rows = await warehouse(client)
    .selectFrom('ops.itop_attribute as i')
    .select((row) => [
      'i.class',
      row.fn.agg<string[]>('array_agg', ['i.attribute']).orderBy('i.attribute').as('attributes'),
    ])
    .where((row) =>
      row.exists(
        row.selectFrom('ops.model_class as c').whereRef('c.class', '=', 'i.class').where('c.module', '<>', ''),
      ),
    )
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom('ops.model_attribute as m')
            .whereRef('m.class', '=', 'i.class')
            .whereRef('m.attribute', '=', 'i.attribute'),
        ),
      ),
    )
    .groupBy('i.class')
    .execute();
  return rows
    .map((row) => ({ ...row, attributes: row.attributes.filter((attribute) => !isDerived(attribute)) }))
    .filter((row) => row.attributes.length > 0)
    .map((row) => ({
      code: 'model_lacks_attribute',
      severity: 'warning' as const,
      subject: row.class,
      finding: `iTop listed attributes that the data model file lacks: ${row.attributes.join(', ')}.`,
      nextStep: 'The file is older than iTop, or of another one: copy it again.',
    }));
}
