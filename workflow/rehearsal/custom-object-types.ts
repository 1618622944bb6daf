import type { CommandContext } from '../command-context.ts';

/**
 * Makes the custom object types that the load needs in the simulated workspace, as a person would by the set-up sheet: no
 * version of the API can.
 */
export async function setUpObjectTypes({ database }: CommandContext, intercomControlUrl: string): Promise<void> {
  const { rows } = await database.pool.query<{ identifier: string; attributes: Record<string, string> }>(
    `select o.type_identifier as identifier,
            coalesce(jsonb_object_agg(a.name, case jsonb_typeof(a.value) when 'number' then 'number' when 'boolean' then 'boolean' else 'text' end)
                     filter (where a.name is not null), '{}') as attributes
     from intercom.custom_object_instance o
     left join lateral jsonb_each(o.custom_attributes) as a (name, value) on a.value <> 'null'
     group by o.type_identifier`,
  );
  if (rows.length === 0) return;
  const response = await fetch(`${intercomControlUrl}/actions`, {
    method: 'POST',
    body: JSON.stringify(rows.map((fields) => ({ do: 'plant-object-type', fields }))),
  });
  if (!response.ok) throw new Error(`The custom object types could not be set up: ${await response.text()}`);
}
