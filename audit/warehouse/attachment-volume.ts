import { sql } from 'kysely';
import type { Finding } from '../../platform/findings.ts';
import { rowCount, warehouse } from '../../platform/warehouse.ts';
import { inWorkList } from '../../platform/work-list-titles.ts';
import { type Check, counted, found, someOf } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_attachment_volume';

/** How much is to be sent as files, of which types, and which of them have no bytes. Counted from what is known of the blobs, without reading them. */
export const attachmentVolume: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const rows = await warehouse(pool)
      .selectFrom('staging.blob_source')
      .select([
        sql<string>`coalesce(media_type, 'unknown type')`.as('type'),
        'finding',
        rowCount.as('count'),
        sql<string>`coalesce(sum(byte_size), 0)`.as('bytes'),
      ])
      .groupBy(['type', 'finding'])
      .orderBy(sql`sum(byte_size)`, (order) => order.desc().nullsLast())
      .orderBy('type')
      .execute();
    const total = rows.reduce((sum, row) => sum + row.count, 0);
    if (total === 0) return [];
    const bytes = rows.reduce((sum, row) => sum + Number(row.bytes), 0);
    const types = rows.filter((row) => row.finding === null).map((row) => `${row.type} ${row.count}`);
    const findings: Finding[] = [
      found(
        code,
        'note',
        'Attachment',
        `${counted(total, 'file')} of ${(bytes / 1e6).toFixed(1)} MB: ${someOf(types, 12)}.`,
        '',
      ),
    ];
    const faults = new Map<string, number>();
    for (const row of rows)
      if (row.finding !== null) faults.set(row.finding, (faults.get(row.finding) ?? 0) + row.count);
    for (const [fault, count] of faults) {
      const nextStep = `Correct them in iTop, or leave them behind. All of them: ${inWorkList('files')}`;
      findings.push(found('data_attachment_fault', 'warning', fault, `${counted(count, 'file')}.`, nextStep));
    }
    return findings;
  },
};
