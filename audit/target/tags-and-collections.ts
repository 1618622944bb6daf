import { sql } from 'kysely';
import { listCollections } from '../../intercom/help-center.ts';
import { numberedPages } from '../../intercom/numbered-pages.ts';
import { listTags } from '../../intercom/tags.ts';
import type { Finding } from '../../platform/findings.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed, someOf } from '../check.ts';
import { isTransformed } from '../warehouse/progress-of-stages.ts';
import type { TargetContext } from './context.ts';
import { type Existing, replaceExisting } from './existing.ts';

/** Planned names, by lower case: Intercom compares them so. */
async function plannedNames(
  context: TargetContext,
  relation: 'intercom.tag' | 'intercom.collection',
): Promise<Map<string, string>> {
  const type = relation === 'intercom.tag' ? 'tag' : 'collection';
  const rows = await warehouse(context.pool)
    .selectFrom(sql<{ target_key: string; name: string }>`${sql.table(relation)}`.as('p'))
    .select(['p.target_key', 'p.name'])
    .where((planned) =>
      planned.not(
        planned.exists(
          planned
            .selectFrom('load.identity as i')
            .where('i.workspace_id_code', '=', context.workspace.idCode)
            .where('i.target_type', '=', type)
            .whereRef('i.target_key', '=', 'p.target_key')
            .where('i.origin', '=', 'created'),
        ),
      ),
    )
    .execute();
  return new Map(rows.map((row) => [row.name.trim().toLowerCase(), row.target_key]));
}

function findingsOf(code: string, what: string, planned: number, existing: readonly Existing[]): Finding[] {
  if (existing.length === 0)
    return [passed(code, 'Intercom', `None of ${counted(planned, `planned ${what}`)} exists.`)];
  const finding = `${counted(existing.length, `planned ${what}`)} exist already: ${someOf(existing.map((one) => one.name))}. They are used, not made twice.`;
  return [found(code, 'warning', 'Intercom', finding, 'Rename them in mapping.yaml if they mean something else here.')];
}

/** Planned tags that the workspace has. */
export const tags: Check<TargetContext> = {
  code: 'intercom_tag_exists',
  async run(context) {
    if (!(await isTransformed(context.pool))) return [];
    const planned = await plannedNames(context, 'intercom.tag');
    if (planned.size === 0) return [];
    const existing: Existing[] = [];
    for (const tag of (await context.intercom.send(listTags())).value) {
      const targetKey = planned.get(tag.name.trim().toLowerCase());
      if (targetKey !== undefined) existing.push({ targetKey, name: tag.name, targetId: tag.id });
    }
    await replaceExisting(context.pool, context.workspace.idCode, 'tag', existing);
    return findingsOf(this.code, 'tag', planned.size, existing);
  },
};

/** Planned collections that the help center has. */
export const collections: Check<TargetContext> = {
  code: 'intercom_collection_exists',
  async run(context) {
    if (!(await isTransformed(context.pool))) return [];
    const planned = await plannedNames(context, 'intercom.collection');
    if (planned.size === 0) return [];
    const existing: Existing[] = [];
    for await (const items of numberedPages(context, listCollections)) {
      for (const one of items) {
        const targetKey = planned.get((one.name ?? '').trim().toLowerCase());
        if (targetKey !== undefined) existing.push({ targetKey, name: one.name ?? '', targetId: one.id });
      }
    }
    await replaceExisting(context.pool, context.workspace.idCode, 'collection', existing);
    return findingsOf(this.code, 'collection', planned.size, existing);
  },
};
