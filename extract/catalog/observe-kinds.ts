import type pg from 'pg';
import { anyOf, givenRows, warehouse } from '../../platform/warehouse.ts';
import { type AttributeKind, commonKind, kindOfValue } from './attribute-kind.ts';
import type { ReadableClass } from './class-tree.ts';

/** Objects looked at to learn what an attribute holds. */
const sampleSize = 20;

/** Stores what attributes hold, by the values of some objects that were read: nothing is asked of iTop for it. */
export async function observeKinds(
  pool: pg.Pool,
  untyped: ReadonlyMap<ReadableClass, readonly string[]>,
): Promise<void> {
  for (const [{ name, rootClass, finalClasses }, codes] of untyped) {
    if (codes.length === 0) continue;
    const rows = await warehouse(pool)
      .selectFrom('raw.object')
      .select('payload')
      .$narrowType<{ payload: Readonly<Record<string, unknown>> }>()
      .where('root_class', '=', rootClass)
      .where('final_class', '=', anyOf(finalClasses))
      .where('op', '=', 'upsert')
      .limit(sampleSize)
      .execute();
    const kinds = codes.map((code) => ({ attribute: code, kind: kindOf(rows.map(({ payload }) => payload[code])) }));
    await warehouse(pool)
      .updateTable('ops.itop_attribute as i')
      .from(givenRows('seen', { attribute: 'text', kind: 'text' }, kinds))
      .set((row) => ({ kind: row.ref('seen.kind') }))
      .where('i.class', '=', name)
      .whereRef('i.attribute', '=', 'seen.attribute')
      .where('seen.kind', '<>', 'unknown')
      .execute();
  }
}

/** Stars are what iTop shows of a secret: they are a text like any other. */
function kindOf(values: readonly unknown[]): AttributeKind {
  const kinds = values.map(kindOfValue).filter((kind) => kind !== undefined);
  return commonKind(kinds.map((kind) => (kind === 'secret' ? 'text' : kind)));
}
