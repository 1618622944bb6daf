import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import type pg from 'pg';
import { type CsvRow, csvStart, toCsv } from '../../platform/csv.ts';
import { makePrivateDirectory, openPrivateFile } from '../../platform/private-file.ts';
import { warehouse } from '../../platform/warehouse.ts';
import type { ItopAddresses } from '../render/itop-addresses.ts';
import { type Reader, readableValue } from './readable-value.ts';

export interface WrittenFile {
  readonly file: string;
  readonly title: string;
  readonly purpose: string;
  readonly rows: number;
}

interface ObjectRow {
  source_key: string;
  field: Record<string, unknown>;
  migrated_tickets: string;
  approval: string | null;
}

const rowsAtATime = 500;

/** Writes one CSV a class of `handoff.object`. A few hundred objects are in memory at a time. */
export async function writeObjectFiles(
  client: pg.ClientBase,
  directory: string,
  reader: Reader,
): Promise<WrittenFile[]> {
  const classes = await warehouse(client)
    .selectFrom('handoff.object')
    .select([
      'final_class',
      'root_class',
      sql<number>`count(*)::integer`.as('rows'),
      sql<boolean>`bool_or(destination = 'custom_object')`.as('has_instances'),
    ])
    .groupBy(['final_class', 'root_class'])
    .orderBy('final_class')
    .execute();
  const written: WrittenFile[] = [];
  for (const { final_class, root_class, rows, has_instances } of classes) {
    // A class name comes from iTop: only what is surely a name becomes part of a path.
    const file = `objects/${final_class.replace(/\W/g, '_')}.csv`;
    await makePrivateDirectory(dirname(join(directory, file)));
    await pipeline(
      Readable.from(linesOf(client, final_class, { reader, isCi: root_class === 'FunctionalCI' })),
      await openPrivateFile(join(directory, file)),
    );
    const loaded = has_instances ? ' Instances of it are loaded too; logs and long texts are here only.' : '';
    written.push({ file, title: final_class, purpose: `Every ${final_class} with all its fields.${loaded}`, rows });
  }
  return written;
}

async function* linesOf(
  client: pg.ClientBase,
  finalClass: string,
  { reader, isCi }: { readonly reader: Reader; readonly isCi: boolean },
): AsyncGenerator<string> {
  const ofClass = warehouse(client).selectFrom('handoff.object').where('final_class', '=', finalClass);
  const attributes = await ofClass
    .select(sql<string>`jsonb_object_keys(field)`.as('attribute'))
    .distinct()
    .orderBy('attribute')
    .execute();
  const names = attributes.map((row) => row.attribute);
  const change = await warehouse(client)
    .selectFrom('staging.change_class')
    .select('class')
    .where('class', '=', finalClass)
    .executeTakeFirst();
  const isChange = change !== undefined;
  const columns = [
    'itop_key',
    ...(isCi ? ['is_linked_to_migrated_ticket', 'migrated_tickets'] : []),
    ...(isChange ? ['approval'] : []),
    ...names,
  ];
  yield csvStart + toCsv(columns, []);
  let last = '';
  for (;;) {
    const rows = await ofClass
      .select(['source_key', 'field', 'migrated_tickets', 'approval'])
      .$narrowType<Pick<ObjectRow, 'field'>>()
      .where('source_key', '>', last)
      .orderBy('source_key')
      .limit(rowsAtATime)
      .execute();
    if (rows.length === 0) return;
    last = rows.at(-1)?.source_key ?? last;
    const addresses = await reader.addressesIn(rows.map(({ field }) => field));
    const isHtml = (name: string) => reader.isHtml(`${finalClass}.${name}`);
    yield toCsv(
      columns,
      rows.map((row) => rowOf(row, isHtml, addresses)),
      false,
    );
  }
}

function rowOf(
  { source_key, field, migrated_tickets, approval }: ObjectRow,
  isHtml: (attribute: string) => boolean,
  addresses: ItopAddresses,
): CsvRow {
  const readable = Object.fromEntries(
    Object.entries(field).map(([name, value]) => [name, readableValue(value, isHtml(name), addresses)]),
  );
  return {
    ...readable,
    itop_key: source_key,
    is_linked_to_migrated_ticket: migrated_tickets === '' ? 'no' : 'yes',
    migrated_tickets,
    approval,
  };
}
