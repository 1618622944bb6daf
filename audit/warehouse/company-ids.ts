import { sql } from 'kysely';
import { rowCount, warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed, someOf } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_organization_code';

/** Codes that cannot become a company_id, because two organizations have the same (rule C1). */
export const companyIds: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const lowerCode = sql<string>`lower(code)`;
    const rows = await warehouse(pool)
      .selectFrom('staging.organization')
      .select(lowerCode.as('shared_code'))
      .where('code', 'is not', null)
      .groupBy(lowerCode)
      .having(rowCount, '>', 1)
      .orderBy('shared_code')
      .execute();
    if (rows.length === 0) return [passed(code, 'Organization', 'No two organizations share a code.')];
    return [
      found(
        code,
        'note',
        'Organization',
        `${counted(rows.length, 'code')} shared by several organizations: ${someOf(rows.map((row) => row.shared_code))}. These get company ids of their own.`,
        'Correct the codes in iTop before the first load if they shall be the company ids: an id that was used is frozen.',
      ),
    ];
  },
};
