import { sql } from 'kysely';
import { warehouse } from '../../platform/warehouse.ts';
import type { CommandContext } from '../command-context.ts';

/**
 * Makes the custom object types that the load needs in the simulated workspace, as a person would by the set-up sheet: no
 * version of the API can.
 */
export async function setUpObjectTypes({ database }: CommandContext, intercomControlUrl: string): Promise<void> {
  const rows = await warehouse(database.pool)
    .selectFrom('intercom.custom_object_instance as o')
    .leftJoinLateral(
      sql<{ name: string; value: unknown }>`jsonb_each(o.custom_attributes)`.as<'a'>(sql`a (name, value)`),
      (join) => join.on('a.value', '<>', 'null'),
    )
    .select([
      'o.type_identifier as identifier',
      sql<Record<string, string>>`coalesce(
        jsonb_object_agg(a.name, case jsonb_typeof(a.value) when 'number' then 'number' when 'boolean' then 'boolean' else 'text' end)
          filter (where a.name is not null), '{}')`.as('attributes'),
    ])
    .groupBy('o.type_identifier')
    .execute();
  if (rows.length === 0) return;
  const response = await fetch(`${intercomControlUrl}/actions`, {
    method: 'POST',
    body: JSON.stringify(rows.map((fields) => ({ do: 'plant-object-type', fields }))),
  });
  if (!response.ok) throw new Error(`The custom object types could not be set up: ${await response.text()}`);
}
