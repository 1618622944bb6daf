import { type Check, counted, found, passed, someOf } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_organization_code';

/** Codes that cannot become a company_id, because two organizations have the same (rule C1). */
export const companyIds: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const { rows } = await pool.query<{ code: string; count: number }>(
      `select lower(code) as code, count(*)::integer as count
       from staging.organization where code is not null
       group by lower(code) having count(*) > 1 order by 1`,
    );
    if (rows.length === 0) return [passed(code, 'Organization', 'No two organizations share a code.')];
    return [
      found(
        code,
        'note',
        'Organization',
        `${counted(rows.length, 'code')} shared by several organizations: ${someOf(rows.map((row) => row.code))}. These get company ids of their own.`,
        'Correct the codes in iTop before the first load if they shall be the company ids: an id that was used is frozen.',
      ),
    ];
  },
};
