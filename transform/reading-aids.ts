import type pg from 'pg';
import { stringify } from 'yaml';
import { layers } from './view-files.ts';

interface Column {
  readonly schema: string;
  readonly relation: string;
  readonly relation_comment: string | null;
  readonly name: string;
  readonly type: string;
  readonly comment: string | null;
}

/** The warehouse from its own catalogue: what each relation holds and how they hang together, as Markdown, and the same as sources of a dbt project. */
export async function readingAids(
  pool: pg.Pool,
): Promise<{ dictionary: string; entities: string; dbtSources: string }> {
  const { rows } = await pool.query<Column>(
    `select n.nspname as schema, c.relname as relation, obj_description(c.oid, 'pg_class') as relation_comment, a.attname as name,
            format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as comment
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname = any ($1) and c.relkind in ('r', 'v', 'p') and not c.relispartition and c.relname not like '%\\_definition'
     order by array_position($1, n.nspname::text), c.relname, a.attnum`,
    [['raw', ...layers, 'load', 'ops']],
  );
  return { dictionary: dictionaryOf(rows), entities: entitiesOf(rows), dbtSources: dbtSourcesOf(rows) };
}

/** A `sources.yml` as dbt reads it: one source a schema, with the descriptions of its tables and columns. */
function dbtSourcesOf(columns: readonly Column[]): string {
  const described = (comment: string | null) =>
    comment === null || comment === '' ? {} : { description: comment.replaceAll(/\s+/g, ' ') };
  const sources = [...Map.groupBy(columns, ({ schema }) => schema)].map(([schema, ofSchema]) => ({
    name: `itop_to_intercom_${schema}`,
    schema,
    tables: [...Map.groupBy(ofSchema, ({ relation }) => relation)].map(([relation, ofRelation]) => ({
      name: relation,
      ...described(ofRelation[0]?.relation_comment ?? null),
      columns: ofRelation.map(({ name, type, comment }) => ({ name, data_type: type, ...described(comment) })),
    })),
  }));
  return `# Made by \`itop-to-intercom db dictionary\`.\n${stringify({ version: 2, sources }, { lineWidth: 0 })}`;
}

function dictionaryOf(columns: readonly Column[]): string {
  const lines = [
    '# Data dictionary',
    '',
    'Made from the comments in the database by `itop-to-intercom db dictionary`. One chapter a relation.',
  ];
  let relation = '';
  for (const column of columns) {
    const name = `${column.schema}.${column.relation}`;
    if (name !== relation) {
      lines.push(
        '',
        `## ${name}`,
        '',
        column.relation_comment ?? '',
        '',
        '| column | type | meaning |',
        '|---|---|---|',
      );
      relation = name;
    }
    const meaning = (column.comment ?? '').replace(/\s+/g, ' ').replaceAll('|', '\\|');
    lines.push(`| ${column.name} | ${column.type} | ${meaning} |`);
  }
  return `${lines.join('\n')}\n`;
}

/** A column `contact_key` points to the relation `contact` of its own layer, where there is one. */
function entitiesOf(columns: readonly Column[]): string {
  const relations = new Set(columns.map((column) => `${column.schema}.${column.relation}`));
  const lines = [
    '# How the relations hang together',
    '',
    'Made from the catalogue by `itop-to-intercom db dictionary`: an arrow for each key that names a relation of its layer.',
  ];
  for (const schema of ['staging', 'intercom']) {
    const edges = columns
      .filter((column) => column.schema === schema && column.name.endsWith('_key'))
      .map((column) => ({ from: column.relation, to: targetOf(column), by: column.name }))
      .filter((edge) => edge.to !== edge.from && relations.has(`${schema}.${edge.to}`))
      .map((edge) => `  ${edge.to} ||--o{ ${edge.from} : ${edge.by}`);
    lines.push('', `## ${schema}`, '', '```mermaid', 'erDiagram', ...[...new Set(edges)].sort(), '```');
  }
  return `${lines.join('\n')}\n`;
}

/** Keys whose name tells a role instead of a relation. */
const roles: Readonly<Record<string, string>> = {
  caller: 'person',
  agent: 'person',
  part: 'conversation_part',
  user: 'user_account',
  category: 'faq_category',
};

function targetOf({ name }: Column): string {
  const stem = name.replace(/_key$/, '');
  return roles[stem] ?? stem;
}
