import { rowCount, warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed, someOf } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_shared_address';

/** Persons who share an address become one contact (rule P1); who survives can be decided. */
export const sharedAddresses: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const rows = await warehouse(pool)
      .selectFrom('staging.person as p')
      .select((person) => [
        'p.email_address as address',
        rowCount.as('count'),
        person
          .exists(
            person
              .selectFrom('ops.decision as d')
              .where('d.kind', '=', 'survivor')
              .whereRef('d.key', '=', 'p.email_address'),
          )
          .as('is_decided'),
      ])
      .where('p.is_email_valid', '=', true)
      .groupBy('p.email_address')
      .having(rowCount, '>', 1)
      .orderBy('p.email_address')
      // A valid address is one.
      .$narrowType<{ address: string }>()
      .execute();
    if (rows.length === 0) return [passed(code, 'Person', 'No two persons share an address.')];
    const open = rows.filter((row) => !row.is_decided);
    const persons = rows.reduce((sum, row) => sum + row.count, 0);
    const finding = `${counted(rows.length, 'address', 'addresses')} shared by ${persons} persons, who become one contact each address: ${someOf(rows.map((row) => row.address))}. Decided by a person: ${rows.length - open.length}.`;
    return [
      found(
        code,
        open.length === 0 ? 'note' : 'warning',
        'Person',
        finding,
        open.length === 0
          ? ''
          : 'Fill in survivors.csv (itop-to-intercom audit write-decisions <directory>), or let the rule choose: active, then most tickets, then lowest id.',
      ),
    ];
  },
};
