import { sql } from 'kysely';
import type pg from 'pg';
import type { Finding } from '../platform/findings.ts';
import { warehouse } from '../platform/warehouse.ts';
import { inWorkList } from '../platform/work-list-titles.ts';

/** Keys named in a finding; the view has them all. */
const shownKeys = 20;

/**
 * What people and organizations the extracted objects name that are not among them (`raw.missing_reference`), a finding a class.
 * Files hide them silently: an export without obsolete objects has no person who left.
 */
export async function missingReferences(pool: pg.Pool): Promise<Finding[]> {
  const keys = sql`(array_agg(target_key order by object_count desc, target_key))[1:${sql.lit(shownKeys)}]`;
  const rows = await warehouse(pool)
    .selectFrom('raw.missing_reference')
    .select('target_class')
    .select([
      sql<string>`string_agg(distinct named_by, ', ')`.as('named_by'),
      sql<number>`count(*)::integer`.as('missing'),
      keys.$castTo<string[]>().as('keys'),
    ])
    .groupBy('target_class')
    .orderBy('target_class')
    .execute();
  return rows.map(({ target_class, named_by, missing, keys }) => ({
    code: 'missing_reference',
    severity: 'warning',
    subject: target_class,
    finding: `${missing} objects of ${target_class} that ${named_by} names are not in the files: ${keys.join(', ')}${missing > keys.length ? ', ...' : ''}. Without them a ticket's caller is a placeholder and its company is missing.`,
    nextStep: `Export ${target_class} again with obsolete objects (preference "show obsolete data"). All of them: ${inWorkList('missing')}`,
  }));
}

/** Files of which rows came and no bytes, where no directory gives them: else they are missed only after the load. */
export async function filesWithoutBytes(pool: pg.Pool): Promise<Finding[]> {
  const rows = await warehouse(pool)
    .selectFrom('raw.latest_object as o')
    .leftJoin('raw.blob_source as b', 'b.source_key', 'o.source_key')
    .select(['o.final_class as class', sql<number>`count(*)::integer`.as('files')])
    .where('o.final_class', 'in', ['Attachment', 'InlineImage', 'DocumentFile'])
    .where('b.source_key', 'is', null)
    .groupBy('o.final_class')
    .orderBy('o.final_class')
    .execute();
  return rows.map(({ class: name, files }) => ({
    code: 'no_bytes_given',
    severity: 'warning',
    subject: name,
    finding: `${files} files of ${name} have rows and no bytes: as it stands they are excluded.`,
    nextStep:
      'Name a directory that holds them as blobs.files and read the exports again, or run extract over REST, which reads them.',
  }));
}
