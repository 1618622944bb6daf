import { listContacts } from '../../intercom/workspace-lists.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed } from '../check.ts';
import { isTransformed } from '../warehouse/progress-of-stages.ts';
import type { TargetContext } from './context.ts';
import { type Existing, replaceExisting } from './existing.ts';

const code = 'intercom_contact_exists';

/** Pages of 150 contacts that are read at most; a larger workspace is looked up one by one by the load. */
const mostPages = 400;

/** Planned addresses that the workspace knows already: these contacts are linked, and by default only empty fields filled (rule P3). */
export const contacts: Check<TargetContext> = {
  code,
  async run({ pool, intercom, workspace, signal }) {
    if (!(await isTransformed(pool))) return [];
    const existing: Existing[] = [];
    let seen = 0;
    let cursor: string | undefined;
    let isWhole = false;
    for (let page = 1; page <= mostPages; page++) {
      signal?.throwIfAborted();
      const { value } = await intercom.send(listContacts(cursor));
      const byAddress = new Map(value.items.map(({ facts }) => [(facts.email ?? '').toLowerCase(), facts.id]));
      seen += value.items.length;
      const rows = await warehouse(pool)
        .selectFrom('intercom.contact as c')
        .select(['c.target_key', 'c.email'])
        .where('c.email', '=', anyOf([...byAddress.keys()]))
        .where((contact) =>
          contact.not(
            contact.exists(
              contact
                .selectFrom('load.identity as i')
                .where('i.workspace_id_code', '=', workspace.idCode)
                .where('i.target_type', '=', 'contact')
                .whereRef('i.target_key', '=', 'c.target_key')
                .where('i.origin', '=', 'created'),
            ),
          ),
        )
        .$narrowType<{ email: string }>()
        .execute();
      for (const row of rows)
        existing.push({ targetKey: row.target_key, name: row.email, targetId: byAddress.get(row.email) ?? '' });
      cursor = value.startingAfter;
      if (cursor === undefined) {
        isWhole = true;
        break;
      }
    }
    await replaceExisting(pool, workspace.idCode, 'contact', existing);
    const scope = isWhole
      ? `${counted(seen, 'contact')} looked at`
      : `the first ${counted(seen, 'contact')} looked at, not all`;
    if (existing.length === 0)
      return isWhole
        ? [passed(code, 'Intercom', `No planned address is known here (${scope}).`)]
        : [
            found(
              code,
              'note',
              'Intercom',
              `No planned address found (${scope}).`,
              'The load looks each address up before it writes.',
            ),
          ];
    return [
      found(
        code,
        'warning',
        'Intercom',
        `${counted(existing.length, 'planned contact')} exist already (${scope}): they are linked, never made twice.`,
        "See which: select * from ops.existing_in_target where model = 'contact'. What happens to their fields is on_existing in mapping.yaml (by default only empty ones are filled).",
      ),
    ];
  },
};
