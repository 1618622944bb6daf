import { type Check, found, passed } from '../check.ts';
import type { TargetContext } from './context.ts';

const code = 'intercom_plan';

/** Destinations that not every plan is sure to include. Intercom publishes no list; each is probed where it is used. */
const destinations: Readonly<Record<string, string>> = {
  custom_object: 'custom objects',
  article: 'a help center',
  collection: 'a help center',
};

/** Intercom does not tell the plan: what the customer says is set against what is mapped. */
export const plan: Check<TargetContext> = {
  code,
  async run({ pool, expectations }) {
    const { rows } = await pool.query<{ destination: string; classes: string[] }>(
      `select destination, array_agg(class order by class) as classes from ops.mapping_class
       where destination = any ($1) group by destination order by destination`,
      [Object.keys(destinations)],
    );
    const needs = rows.map((row) => `${destinations[row.destination]} for ${row.classes.join(', ')}`);
    const wanted = needs.length === 0 ? 'nothing that depends on the plan' : needs.join('; ');
    if (expectations.plan === undefined) {
      const nextStep = 'Ask the customer for the plan and set intercom.plan (essential, advanced or expert).';
      return [
        found(
          code,
          needs.length === 0 ? 'note' : 'warning',
          'Intercom',
          `Nobody stated the plan. The mapping needs ${wanted}.`,
          nextStep,
        ),
      ];
    }
    if (expectations.plan === 'essential' && needs.length > 0) {
      const nextStep =
        'Have Intercom confirm in writing that the plan includes it, and create the types before the load; or decide for files in the mapping.';
      return [
        found(
          code,
          'warning',
          'Intercom',
          `The plan is said to be ${expectations.plan}, and the mapping needs ${wanted}.`,
          nextStep,
        ),
      ];
    }
    return [passed(code, 'Intercom', `The plan is said to be ${expectations.plan}; the mapping needs ${wanted}.`)];
  },
};
