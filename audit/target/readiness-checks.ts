import { warehouse } from '../../platform/warehouse.ts';
import { type Check, found, passed } from '../check.ts';
import { missingSetupItems } from '../setup-sheet.ts';
import type { TargetContext } from './context.ts';

/** Whether a person confirmed that nobody is notified. A warning here, not a blocker: the canary comes after the audit. */
export const silence: Check<TargetContext> = {
  code: 'intercom_silence',
  async run({ pool, workspace }) {
    const rows = await warehouse(pool)
      .selectFrom('ops.confirmation')
      .select(['confirmed_by', 'confirmed_at'])
      .where('workspace_id_code', '=', workspace.idCode)
      .where('subject', '=', 'silence')
      .execute();
    const row = rows[0];
    if (row !== undefined)
      return [
        passed(
          this.code,
          'Intercom',
          `Confirmed by ${row.confirmed_by} on ${row.confirmed_at.toISOString().slice(0, 10)}.`,
        ),
      ];
    const nextStep = 'itop-to-intercom canary send --address <a mailbox you own>';
    return [found(this.code, 'warning', 'Intercom', 'Nobody confirmed yet that a load notifies nobody.', nextStep)];
  },
};

/** Whether the set-up sheet is signed. */
export const setup: Check<TargetContext> = {
  code: 'intercom_setup_sheet',
  async run({ pool, workspace }) {
    const missing = await missingSetupItems(pool, workspace.idCode);
    if (missing.length === 0) return [passed(this.code, 'Intercom', 'Signed.')];
    const finding = `${missing.length} items of the set-up sheet are not signed: ${missing.join(', ')}.`;
    return [found(this.code, 'warning', 'Intercom', finding, 'itop-to-intercom audit sheet')];
  },
};
