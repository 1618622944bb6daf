import { control, type KeptRehearsal as Site } from './kept-rehearsal.ts';

/** What happens in iTop between two deltas: an answer in one ticket, another title of a second, another telephone number. */
export async function changeItop(
  { itopControlUrl, database }: Site,
  { answer, title, phone, at }: { answer: string; title: string; phone: string; at: string },
): Promise<void> {
  const tickets = await database.pool.query<{ final_class: string; id: number }>(
    `select distinct on (i.target_key) r.final_class, split_part(i.target_key, '::', 2)::integer as id
     from load.identity i join raw.object r on r.source_key = i.target_key
     where i.target_type = 'conversation_state' and r.final_class = 'UserRequest' order by i.target_key limit 2`,
  );
  const [first, second] = tickets.rows;
  const person = await database.pool.query<{ id: number }>(
    `select split_part(target_key, '::', 2)::integer as id from load.identity
     where target_type = 'contact' and target_key ~ '^Contact::[0-9]+$' order by target_key limit 1`,
  );
  await control(`${itopControlUrl}/objects`, [
    {
      action: 'append-log',
      class: first?.final_class,
      id: first?.id,
      log: 'public_log',
      entry: { message: `<p>${answer}</p>` },
      at,
    },
    {
      action: 'patch',
      class: second?.final_class,
      id: second?.id,
      fields: { title },
      at,
    },
    { action: 'patch', class: 'Person', id: person.rows[0]?.id, fields: { phone } },
  ]);
}

/** What the workspace holds, without ids and without the moments at which iTop was asked. */
export async function holdings({ intercomControlUrl }: Site): Promise<string[]> {
  const text = await (await fetch(`${intercomControlUrl}/dump`)).text();
  const objects = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const withoutTimes = (body: string | null) => body?.replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?/g, 'T') ?? null;
  return objects
    .map(({ type, name, email, phone, title, state, external_id, custom_attributes, source, conversation_parts }) => {
      const parts = (conversation_parts as { conversation_parts: Record<string, unknown>[] } | undefined)
        ?.conversation_parts;
      return JSON.stringify([
        type,
        name ?? null,
        email ?? null,
        phone ?? null,
        title ?? null,
        state ?? null,
        external_id ?? null,
        custom_attributes ?? null,
        (source as { body?: string } | undefined)?.body ?? null,
        parts?.map((part) => [
          part.part_type,
          (part.author as { email: string }).email,
          withoutTimes(part.body as string | null),
        ]),
      ]);
    })
    .sort();
}
