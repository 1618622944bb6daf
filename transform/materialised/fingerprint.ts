import { createHash } from 'node:crypto';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import { closureOf, hashOf, type ViewFile } from '../view-files.ts';
import type { MaterialisedRelation } from './materialised-relations.ts';
import type { RefreshContext } from './refresh-context.ts';

/** Hash of what decides about the rows of a relation beside the objects: the SQL it reads, the mapping, the settings. */
export function fingerprintOf({ files, inputs }: RefreshContext, relation: string): string {
  const read = closureOf(`${relation}_definition`, files);
  return createHash('sha256')
    .update(hashOf(files.filter((file) => read.has(file.name))))
    .update(inputs)
    .digest('hex');
}

/** The fingerprint that a relation was last built with; undefined where it never was. */
export async function builtFingerprint(client: pg.ClientBase, relation: string): Promise<string | undefined> {
  const rows = await warehouse(client)
    .selectFrom('ops.materialised')
    .select('fingerprint')
    .where('relation', '=', relation)
    .execute();
  return rows[0]?.fingerprint;
}

/** Whether the next refresh builds a relation from nothing. */
export async function needsRebuild(context: RefreshContext, relation: string): Promise<boolean> {
  return (await builtFingerprint(context.client, relation)) !== fingerprintOf(context, relation);
}

/** Whether the next refresh builds all of these relations from nothing: one whose SQL stayed the same is kept beside others that are rebuilt. */
export async function doAllNeedRebuild(
  context: RefreshContext,
  relations: readonly MaterialisedRelation[],
): Promise<boolean> {
  for (const { relation } of relations) if (!(await needsRebuild(context, relation))) return false;
  return true;
}

/** Hash of everything beside the objects that decides about rows: all SQL, the mapping, the settings. */
export async function hashOfAllInputs(pool: pg.Pool, files: readonly ViewFile[]): Promise<string> {
  return createHash('sha256')
    .update(hashOf(files))
    .update(await hashOfInputs(pool))
    .digest('hex');
}

export async function hashOfInputs(client: pg.ClientBase | pg.Pool): Promise<string> {
  const { rows } = await client.query<{ text: string }>(
    `select string_agg(line, e'\\n' order by line) as text from (
       select 'setting ' || s::text as line from ops.setting s
       union all select 'mapping ' || ops.mapping_fingerprint()
       union all select 'tag ' || jsonb_build_array(class, attribute, code, label)::text from staging.tag
       union all select 'question ' || jsonb_build_array(template_id, code, label, position)::text from staging.form_question) as input`,
  );
  return rows[0]?.text ?? '';
}
