import { sql } from 'kysely';
import { listHelpCenters } from '../../intercom/help-center.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed } from '../check.ts';
import { isTransformed } from '../warehouse/progress-of-stages.ts';
import type { TargetContext } from './context.ts';

const code = 'intercom_help_center';

/** Whether there is a help center for the planned articles, and whether customers can see it already. */
export const helpCenter: Check<TargetContext> = {
  code,
  async run({ pool, intercom }) {
    if (!(await isTransformed(pool))) return [];
    const rows = await warehouse(pool)
      .selectFrom('intercom.article')
      .select(sql<number>`count(*)::integer`.as('articles'))
      .execute();
    const articles = rows[0]?.articles ?? 0;
    if (articles === 0) return [];
    const centers = (await intercom.send(listHelpCenters())).value;
    if (centers.length === 0)
      return [
        found(
          code,
          'blocker',
          'Intercom',
          `There is no help center, and ${counted(articles, 'article')} need one.`,
          'Create it under Help Center in Intercom (the API cannot), or map FAQ to handoff in mapping.yaml.',
        ),
      ];
    const open = centers.filter((one) => one.isPublic).map((one) => one.identifier);
    if (open.length > 0)
      return [
        found(
          code,
          'note',
          'Intercom',
          `The help center ${open.join(', ')} is turned on: customers see what is published.`,
          'Articles come as drafts. Turn it off until they are reviewed if others publish meanwhile.',
        ),
      ];
    return [passed(code, 'Intercom', `A help center exists and is not public yet; ${counted(articles, 'article')}.`)];
  },
};
