import type pg from 'pg';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
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
    const kinds = codes.map((code) => kindOf(rows.map(({ payload }) => payload[code])));
    await pool.query(
      `update ops.itop_attribute i set kind = s.kind from unnest($2::text[], $3::text[]) as s (attribute, kind)
       where i.class = $1 and i.attribute = s.attribute and s.kind <> 'unknown'`,
      [name, codes, kinds],
    );
  }
}

/** Stars are what iTop shows of a secret: they are a text like any other. */
function kindOf(values: readonly unknown[]): AttributeKind {
  const kinds = values.map(kindOfValue).filter((kind) => kind !== undefined);
  return commonKind(kinds.map((kind) => (kind === 'secret' ? 'text' : kind)));
}
