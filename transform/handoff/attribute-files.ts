import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import type pg from 'pg';
import { csvStart, toCsv } from '../../platform/csv.ts';
import { makePrivateDirectory, openPrivateFile } from '../../platform/private-file.ts';
import { warehouse } from '../../platform/warehouse.ts';
import type { WrittenFile } from './object-files.ts';
import { type Reader, readableValue } from './readable-value.ts';

interface ClassWithAttributes {
  readonly final_class: string;
  readonly rows: number;
  readonly attributes: readonly string[];
}

const objectsAtATime = 500;

/**
 * Writes one CSV a class of `handoff.attribute`: what objects that move hold and Intercom has no place for, a line an object. A few
 * hundred objects are in memory at a time. Private logs are among it.
 */
export async function writeAttributeFiles(
  client: pg.ClientBase,
  directory: string,
  reader: Reader,
): Promise<WrittenFile[]> {
  const classes = await warehouse(client)
    .selectFrom('handoff.attribute')
    .select([
      'final_class',
      sql<ClassWithAttributes['rows']>`count(distinct source_key)::integer`.as('rows'),
      sql<ClassWithAttributes['attributes']>`array_agg(distinct attribute order by attribute)`.as('attributes'),
    ])
    .groupBy('final_class')
    .orderBy('final_class')
    .execute();
  if (classes.length === 0) return [];
  await makePrivateDirectory(join(directory, 'attributes'));
  const written: WrittenFile[] = [];
  for (const one of classes) {
    // A class name comes from iTop: only what is surely a name becomes part of a path.
    const file = `attributes/${one.final_class.replace(/\W/g, '_')}.csv`;
    await pipeline(Readable.from(linesOf(client, one, reader)), await openPrivateFile(join(directory, file)));
    const purpose = `What is in no other place: ${one.attributes.join(', ')}.`;
    written.push({ file, title: one.final_class, purpose, rows: one.rows });
  }
  return written;
}

async function* linesOf(
  client: pg.ClientBase,
  { final_class: finalClass, attributes }: ClassWithAttributes,
  reader: Reader,
): AsyncGenerator<string> {
  const columns = ['itop_key', 'object', ...attributes];
  yield csvStart + toCsv(columns, []);
  let last = '';
  for (;;) {
    const rows = await warehouse(client)
      .selectFrom('handoff.attribute')
      .select([
        'source_key',
        'label',
        sql<Readonly<Record<string, unknown>>>`jsonb_object_agg(attribute, value)`.as('field'),
      ])
      .where('final_class', '=', finalClass)
      .where('source_key', '>', last)
      .groupBy(['source_key', 'label'])
      .orderBy('source_key')
      .limit(objectsAtATime)
      .execute();
    if (rows.length === 0) return;
    last = rows.at(-1)?.source_key ?? last;
    const addresses = await reader.addressesIn(rows);
    const readable = (name: string, value: unknown) =>
      readableValue(value, reader.isHtml(`${finalClass}.${name}`), addresses);
    yield toCsv(
      columns,
      rows.map(({ source_key, label, field }) => ({
        ...Object.fromEntries(Object.entries(field).map(([name, value]) => [name, readable(name, value)])),
        itop_key: source_key,
        object: readable('friendlyname', label),
      })),
      false,
    );
  }
}
