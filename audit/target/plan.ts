import { sql } from 'kysely';
import { countCustomObjectInstances } from '../../intercom/custom-objects.ts';
import { IntercomError } from '../../intercom/errors.ts';
import { listHelpCenters } from '../../intercom/help-center.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { type Check, found, passed } from '../check.ts';
import type { TargetContext } from './context.ts';

const code = 'intercom_plan';

/** Things that not every plan is sure to include. Intercom publishes no list; each is looked for in the workspace. */
type Need = 'custom objects' | 'a help center';

const needs: Readonly<Record<string, Need>> = {
  custom_object: 'custom objects',
  article: 'a help center',
  collection: 'a help center',
};

/** Intercom does not tell the plan: what the customer says is set against what is mapped and what the workspace shows to have. */
export const plan: Check<TargetContext> = {
  code,
  async run(context) {
    const { pool, expectations } = context;
    const rows = await warehouse(pool)
      .selectFrom('ops.mapping_class')
      .select(['destination', sql<string[]>`array_agg(class order by class)`.as('classes')])
      .where('destination', 'in', ['custom_object', 'article', 'collection'])
      .groupBy('destination')
      .orderBy('destination')
      .execute();
    const wanted = [...new Set(rows.map((row) => needs[row.destination]))].filter((need) => need !== undefined);
    const classes = rows.map((row) => `${needs[row.destination]} for ${row.classes.join(', ')}`);
    const mapped = classes.length === 0 ? 'nothing that depends on the plan' : classes.join('; ');
    const unseen: Need[] = [];
    for (const need of wanted) if (!(await isSeen(context, need))) unseen.push(need);
    const seen =
      wanted.length === 0
        ? ''
        : unseen.length === 0
          ? ' The workspace has it.'
          : ` Not seen in the workspace: ${unseen.join(', ')}.`;
    if (expectations.plan === undefined) {
      return [
        found(
          code,
          unseen.length === 0 ? 'note' : 'warning',
          'Intercom',
          `Nobody stated the plan. The mapping needs ${mapped}.${seen}`,
          'Ask the customer for the plan and set intercom.plan (essential, advanced or expert).',
        ),
      ];
    }
    const finding = `The plan is said to be ${expectations.plan}; the mapping needs ${mapped}.${seen}`;
    if (unseen.length === 0) return [passed(code, 'Intercom', finding)];
    const isDoubtful = expectations.plan === 'essential';
    return [
      found(
        code,
        isDoubtful ? 'warning' : 'note',
        'Intercom',
        finding,
        isDoubtful
          ? 'Have Intercom confirm in writing that the plan includes it, and create it before the load; or decide for files in the mapping.'
          : 'Create it before the load: the API cannot. If Intercom does not offer it, the plan is another one.',
      ),
    ];
  },
};

/** Whether the workspace shows that it has something: a type of custom objects that the mapping fills, a help center. */
async function isSeen({ pool, intercom }: TargetContext, need: Need): Promise<boolean> {
  try {
    if (need === 'a help center') return (await intercom.send(listHelpCenters())).value.length > 0;
    const rows = await warehouse(pool)
      .selectFrom('ops.mapping_class')
      .distinct()
      .select(sql<string>`coalesce(target_type, class)`.as('type'))
      .where('destination', '=', 'custom_object')
      .orderBy('type')
      .execute();
    for (const { type } of rows) {
      if (await isType(intercom, type)) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof IntercomError) return false;
    throw error;
  }
}

async function isType(intercom: TargetContext['intercom'], type: string): Promise<boolean> {
  try {
    await intercom.send(countCustomObjectInstances(type));
    return true;
  } catch (error) {
    if (error instanceof IntercomError) return false;
    throw error;
  }
}
