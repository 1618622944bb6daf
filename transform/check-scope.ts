import { sql } from 'kysely';
import type pg from 'pg';
import { RefusedError } from '../platform/errors.ts';
import type { Settings } from '../platform/settings.ts';
import { warehouse } from '../platform/warehouse.ts';

/** Throws RefusedError that names each class of the setting `scope.classes` of which, or below which, nothing becomes a conversation. */
export async function checkScope(pool: pg.Pool, { scope }: Settings): Promise<void> {
  if (scope.classes === undefined) return;
  const { rows } = await sql<{ name: string }>`
    with recursive below as (
      select class as name, class from ops.itop_class where class = any (${[...scope.classes]}::text[])
      union
      select b.name, c.class from below b join ops.itop_class c on c.parent_class = b.class
    )
    select named.name from unnest(${[...scope.classes]}::text[]) with ordinality as named (name, position)
    where not exists (
      select from below b join ops.mapping_class m on m.class = b.class and m.destination = 'conversation' where b.name = named.name)
    order by named.position
  `.execute(warehouse(pool));
  if (rows.length === 0) return;
  const moving = await warehouse(pool)
    .selectFrom('ops.mapping_class')
    .select('class')
    .where('destination', '=', 'conversation')
    .orderBy('class')
    .execute();
  throw new RefusedError(
    `The setting scope.classes names ${rows.map(({ name }) => name).join(', ')}, and nothing of it becomes a conversation.`,
    {
      stage: 'transform',
      nextStep: `Name classes that do: ${moving.map((row) => row.class).join(', ')}, or a class above them. Other classes are decided in the mapping: itop-to-intercom map show`,
    },
  );
}
