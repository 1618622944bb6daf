import { sql } from 'kysely';
import type pg from 'pg';
import { selectWindow } from '../../itop/oql.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
import type { ClassPass } from '../sources/rest/class-pass.ts';
import { idBound } from '../sources/rest/id-bound.ts';
import type { NotedObjects } from './noted-objects.ts';

/** Ids in one window, held at once. */
const windowIds = 20_000;

/** Notes every object of a class that iTop has and raw does not, or the reverse. */
export async function compareIds(pool: pg.Pool, pass: ClassPass, noted: NotedObjects): Promise<void> {
  const { name, rootClass, finalClasses } = pass.readable;
  const held = await highestHeld(pool, pass);
  const bound = Math.max(await idBound(pass.reader, name, 1, windowIds), held + 1);
  for (let lowerId = 1; lowerId < bound; lowerId += windowIds) {
    pass.signal?.throwIfAborted();
    const upperId = lowerId + windowIds;
    const given = new Map<number, string>();
    const oql = selectWindow(name, lowerId, upperId);
    await pass.reader.read({ className: name, oql, outputFields: ['id'] }, (object) => {
      given.set(object.id, object.finalClass);
      return undefined;
    });
    await noted.addFromRaw(
      'id_set',
      sql`with ours as (
         select o.final_class, o.source_id from raw.object o
         join raw.head h on h.source_key = o.source_key and h.version_id = o.version_id and h.op = 'upsert'
         where o.root_class = ${rootClass} and o.final_class = any (${finalClasses})
           and o.source_id >= ${lowerId} and o.source_id < ${upperId}
       )
       select coalesce(ours.final_class, theirs.final_class) as class, coalesce(ours.source_id, theirs.source_id) as source_id
       from ours full join unnest(${[...given.values()]}::text[], ${[...given.keys()]}::bigint[]) as theirs (final_class, source_id)
         on theirs.source_id = ours.source_id
       where ours.source_id is null or theirs.source_id is null`,
    );
  }
}

async function highestHeld(pool: pg.Pool, { readable }: ClassPass): Promise<number> {
  const rows = await warehouse(pool)
    .selectFrom('raw.object')
    .select(sql<string | null>`max(source_id)`.as('highest'))
    .where('root_class', '=', readable.rootClass)
    .where('final_class', '=', anyOf(readable.finalClasses))
    .execute();
  return Number(rows[0]?.highest ?? 0);
}
