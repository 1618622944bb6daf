import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestWorkspace } from './intercom-workspace.ts';

const query = readFileSync(join(import.meta.dirname, 'judge-dump.sql'), 'utf8');

/** Texts as a reader sees them: spaces folded, and of HTML without tags and entities. */
const functions = `
  create or replace function pg_temp.folded(written text) returns text immutable
    return trim(regexp_replace(written, '\\s+', ' ', 'g'));
  create or replace function pg_temp.plain(html text) returns text immutable
    return pg_temp.folded(replace(replace(replace(replace(replace(
      regexp_replace(regexp_replace(html, '</?(b|i|em|strong|a|span)( [^>]*)?>', '', 'g'), '<[^>]*>', ' ', 'g'),
      '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&amp;', '&'));`;

export interface Fault {
  readonly check_name: string;
  readonly record_key: string;
  readonly expected: string | null;
  readonly actual: string | null;
}

/**
 * What of the workload is not, or not once, or not rightly in the workspace, judged by SQL over the simulator's dump.
 * Empty when everything is. Files above `largestFile` bytes as base64 have to be named in a note.
 */
export async function judgeDump(workspace: TestWorkspace, largestFile = 1_700_000): Promise<Fault[]> {
  const dump = await workspace.dump();
  const client = await workspace.database.pool.connect();
  try {
    await client.query(functions);
    await client.query('create temporary table if not exists dumped (object jsonb not null)');
    await client.query('truncate pg_temp.dumped');
    await client.query('insert into pg_temp.dumped select jsonb_array_elements($1::jsonb)', [JSON.stringify(dump)]);
    return (await client.query<Fault>(query, [largestFile])).rows;
  } finally {
    client.release();
  }
}
