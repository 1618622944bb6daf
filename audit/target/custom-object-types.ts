import { sql } from 'kysely';
import { countCustomObjectInstances } from '../../intercom/custom-objects.ts';
import { NotFound } from '../../intercom/errors.ts';
import type { Finding } from '../../platform/findings.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed } from '../check.ts';
import { isTransformed } from '../warehouse/progress-of-stages.ts';
import type { TargetContext } from './context.ts';

const code = 'intercom_custom_object_type';

/** Types that the mapping needs and that only a person can create: without them their objects are refused one by one. */
export const customObjectTypes: Check<TargetContext> = {
  code,
  async run({ pool, intercom, signal }) {
    if (!(await isTransformed(pool))) return [];
    const rows = await warehouse(pool)
      .selectFrom('intercom.custom_object_instance')
      .select(['type_identifier as type', sql<number>`count(*)::integer`.as('count')])
      .groupBy('type_identifier')
      .orderBy('type_identifier')
      .execute();
    const findings: Finding[] = [];
    for (const { type, count } of rows) {
      signal?.throwIfAborted();
      try {
        await intercom.send(countCustomObjectInstances(type));
        findings.push(passed(code, type, `The type exists; ${counted(count, 'object')} are planned.`));
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
        const nextStep =
          'Create the type under Settings > Data > Custom objects (the API cannot), or hand its class off: itop-to-intercom map set <class> handoff, then map confirm';
        findings.push(
          found(code, 'blocker', type, `The type does not exist; ${counted(count, 'object')} need it.`, nextStep),
        );
      }
    }
    return findings;
  },
};
