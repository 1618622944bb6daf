import { sql } from 'kysely';
import { retrieveCompany } from '../../intercom/companies.ts';
import { NotFound } from '../../intercom/errors.ts';
import type { Finding } from '../../platform/findings.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed } from '../check.ts';
import { isTransformed } from '../warehouse/progress-of-stages.ts';
import type { TargetContext } from './context.ts';
import { type Existing, replaceExisting } from './existing.ts';

const code = 'intercom_company_id_exists';

/** Lookups at most: each planned id costs one call, because lists leave out companies without contacts. */
const mostLookups = 2_000;
const atOnce = 8;

/** Planned company ids that exist and are not ours: a person must say whether it is the same company (rule C1). */
export const companies: Check<TargetContext> = {
  code,
  async run({ pool, intercom, workspace, signal }) {
    if (!(await isTransformed(pool))) return [];
    const planned = await warehouse(pool)
      .selectFrom('intercom.company as c')
      .leftJoin('ops.decision as d', (join) => join.onRef('d.key', '=', 'c.target_key').on('d.kind', '=', 'company_id'))
      .select(['c.target_key', 'c.company_id', 'c.name', 'd.value as decision'])
      .select(sql<number>`count(*) over ()::integer`.as('total'))
      .where((company) =>
        company.not(
          company.exists(
            company
              .selectFrom('load.identity as i')
              .where('i.workspace_id_code', '=', workspace.idCode)
              .where('i.target_type', '=', 'company')
              .whereRef('i.target_key', '=', 'c.target_key'),
          ),
        ),
      )
      .orderBy('c.target_key')
      .limit(mostLookups)
      // Each arm of its case gives one.
      .$narrowType<{ company_id: string }>()
      .execute();
    const existing: (Existing & {
      readonly theirName: string;
      readonly ourName: string;
      readonly decision: string | null;
    })[] = [];
    const waiting = [...planned];
    const worker = async (): Promise<void> => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
        signal?.throwIfAborted();
        try {
          const { value } = await intercom.send(retrieveCompany(row.company_id));
          existing.push({
            targetKey: row.target_key,
            name: row.company_id,
            targetId: value.id,
            theirName: value.name ?? '',
            ourName: row.name,
            decision: row.decision,
          });
        } catch (error) {
          if (!(error instanceof NotFound)) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    await replaceExisting(pool, workspace.idCode, 'company', existing);
    const findings: Finding[] = [];
    for (const one of existing.sort((a, b) => (a.targetKey < b.targetKey ? -1 : 1))) {
      const finding = `company_id ${one.name} (${one.ourName}) belongs to "${one.theirName}" in Intercom.`;
      findings.push(
        one.decision === null
          ? found(
              code,
              'blocker',
              one.targetKey,
              finding,
              'Say in company-ids.csv whether it is the same company: itop-to-intercom audit write-decisions <directory>',
            )
          : found(code, 'note', one.targetKey, `${finding} Decided: ${one.decision}.`, ''),
      );
    }
    const total = planned[0]?.total ?? 0;
    if (total > mostLookups)
      findings.push(
        found(
          code,
          'note',
          'Intercom',
          `The first ${mostLookups} of ${counted(total, 'planned company', 'planned companies')} were looked up.`,
          'The load looks each id up before its first write.',
        ),
      );
    if (findings.length === 0)
      findings.push(passed(code, 'Intercom', `None of ${counted(total, 'planned company id')} is taken.`));
    return findings;
  },
};
