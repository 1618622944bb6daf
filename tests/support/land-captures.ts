import type pg from 'pg';
import { readCaptures } from '../../rehearsal/itop-simulator/capture-objects.ts';
import { type GivenObject, landObjects } from './land-objects.ts';

/** Lands every captured object of a real iTop as an extraction would; classes that the standard does not know are the site's own. */
export async function landCaptures(pool: pg.Pool, directory: string): Promise<void> {
  const { classes } = readCaptures(directory);
  const names = [...classes.keys()].filter((name) => !name.startsWith('CMDBChange'));
  await pool.query(
    `insert into ops.itop_class (class, root_class, is_standard)
     select name, case when name like 'TagSetFieldDataFor%' then 'TagSetFieldData' else name end, name not like '%CustomAsset%' or name like 'Tag%' from unnest($1::text[]) as name
     on conflict do nothing`,
    [names],
  );
  const roots = await pool.query<{ class: string; root_class: string }>('select class, root_class from ops.itop_class');
  const rootOf = new Map(roots.rows.map((row) => [row.class, row.root_class]));
  const objects: Record<string, GivenObject> = {};
  for (const name of names) {
    const stored = classes.get(name);
    for (const id of stored?.ids(0, 1_000_000) ?? []) {
      objects[`${rootOf.get(name) ?? name}::${id}`] = { class: name, fields: stored?.read(id) ?? {} };
    }
  }
  await landObjects(pool, objects);
}
