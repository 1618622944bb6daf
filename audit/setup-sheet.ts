import type pg from 'pg';
import { recordConfirmation } from '../platform/confirmation.ts';
import { RefusedError } from '../platform/errors.ts';
import { clockTimestamp, insertRows, warehouse } from '../platform/warehouse.ts';

/** One thing that must be set by hand in Intercom, because its API cannot. */
export interface SetupItem {
  readonly item: string;
  readonly title: string;
  /** Where, and how to see that it is done. */
  readonly instruction: string;
}

/** The sheet: an import by API can start all of these like a live message would. */
export const setupItems: readonly SetupItem[] = [
  {
    item: 'fin',
    title: 'Fin answers no imported conversation',
    instruction:
      'Fin AI Agent > Deploy: off for the load, or an audience rule that leaves out contacts whose itop_source_key is known.',
  },
  {
    item: 'workflows',
    title: 'No workflow starts from an imported conversation',
    instruction:
      'Automation > Workflows: pause those that start on a new conversation, a reply, a closing or an assignment.',
  },
  {
    item: 'timed_workflows',
    title: 'No workflow waits for the loaded conversations',
    instruction:
      'Automation > Workflows: pause those with the triggers "customer unresponsive", "teammate unresponsive" and "snooze ended" until 14 days after the load: so late they still start.',
  },
  {
    item: 'csat',
    title: 'No rating is asked for',
    instruction: 'Automation: pause every workflow that asks for a conversation rating when a conversation is closed.',
  },
  {
    item: 'assignment_rules',
    title: 'No rule assigns imported conversations',
    instruction: 'Settings > Inbox > Assignment, and balanced assignment of teams: off for the load.',
  },
  {
    item: 'reply_assignment',
    title: 'A reply assigns nobody',
    instruction:
      'Settings > Inbox > Assignment preferences: a teammate who replies is not assigned, and a reopened conversation keeps its assignee. Otherwise the load assigns its authors.',
  },
  {
    item: 'slas',
    title: 'No SLA starts',
    instruction: 'Workflows that apply an SLA: paused. SLAs themselves are set up after the load by the SLA guide.',
  },
  {
    item: 'user_emails',
    title: 'Users get no e-mail about conversations',
    instruction:
      'Settings > Channels > Email (and Messenger): e-mail notifications to users who are away are off for the load.',
  },
  {
    item: 'outbound',
    title: 'No outbound message greets new users',
    instruction:
      'Outbound: pause messages, series, tours and checklists whose audience new users match, or exclude those whose itop_source_key is known.',
  },
  {
    item: 'api_exceptions',
    title: 'Exceptions for records made by the API are known',
    instruction:
      'Each rule above that stays on leaves out what the API creates (audience: itop_source_key is known), and the canary showed that it does.',
  },
  {
    item: 'forwarding',
    title: 'No mail is forwarded into or out of the workspace',
    instruction:
      "Settings > Channels > Email: forwarding off, or the sending domain not verified yet; iTop's own mailbox still goes to iTop.",
  },
  {
    item: 'webhooks',
    title: 'Integrations do not react',
    instruction:
      'Developer Hub and App store: webhooks, Slack and Zapier subscriptions to conversations are off for the load.',
  },
  {
    item: 'teammates',
    title: 'Teammates and teams exist',
    instruction: 'Settings > Teammates: invite the agents and create the teams that the audit names as missing.',
  },
  {
    item: 'teammate_notifications',
    title: 'Teammates are not flooded',
    instruction:
      'Settings > Personal > Notifications, of each teammate: desktop, mobile and e-mail notifications of new conversations and replies are off for the load.',
  },
  {
    item: 'phone_validation',
    title: 'Phone numbers are not validated, or that is wanted',
    instruction:
      'Settings > Data > People: with validation on, numbers that are none are refused; the load keeps them as text in an attribute of their own.',
  },
  {
    item: 'attachment_types',
    title: 'Attachments of the types that iTop holds are allowed',
    instruction:
      'Settings > Workspace > Security > Attachments: allowed types and uploads. The audit lists types and sizes of the files in iTop.',
  },
  {
    item: 'custom_object_types',
    title: 'Custom object types exist',
    instruction:
      'Settings > Data > Custom objects: create the types and attributes of the hand-off sheet. The API cannot.',
  },
  {
    item: 'collections',
    title: 'The help center is ready',
    instruction: 'Help Center: exists and is not public yet; collections are made by the load as planned.',
  },
];

export interface SignedItem extends SetupItem {
  readonly state: 'done' | 'not_applicable' | 'open';
  readonly signedBy: string | null;
  readonly signedAt: string | null;
  readonly remark: string;
}

/** The sheet of a workspace with its signatures. */
export async function readSetupSheet(pool: pg.Pool, workspaceIdCode: string): Promise<SignedItem[]> {
  const rows = await warehouse(pool)
    .selectFrom('ops.setup_item')
    .select(['item', 'state', 'remark', 'signed_by', 'signed_at'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .execute();
  const signed = new Map(rows.map((row) => [row.item, row]));
  return setupItems.map((item) => {
    const row = signed.get(item.item);
    return {
      ...item,
      state: row?.state ?? 'open',
      signedBy: row?.signed_by ?? null,
      signedAt: row?.signed_at.toISOString() ?? null,
      remark: row?.remark ?? '',
    };
  });
}

/** Items without a signature. */
export async function missingSetupItems(pool: pg.Pool, workspaceIdCode: string): Promise<string[]> {
  return (await readSetupSheet(pool, workspaceIdCode)).filter((item) => item.state === 'open').map((item) => item.item);
}

export interface Signature {
  readonly workspaceIdCode: string;
  /** Items by name; `all` stands for every one. */
  readonly items: readonly string[];
  readonly state: 'done' | 'not_applicable';
  readonly signedBy: string;
  readonly remark: string;
}

/** Signs items of the sheet; once none is open, the sheet counts as signed for the gate of the load. Throws RefusedError. */
export async function signSetupItems(pool: pg.Pool, signature: Signature): Promise<string[]> {
  const known = setupItems.map((item) => item.item);
  const unknown = signature.items.filter((item) => item !== 'all' && !known.includes(item));
  const nextStep = `The items are: ${known.join(', ')}.`;
  if (unknown.length > 0)
    throw new RefusedError(`The set-up sheet has no item ${unknown.join(', ')}.`, { stage: 'audit', nextStep });
  if (signature.signedBy.trim() === '')
    throw new RefusedError('A signature needs a name.', { stage: 'audit', nextStep: 'Give it with --by.' });
  if (signature.state === 'not_applicable' && signature.remark.trim() === '')
    throw new RefusedError('An item that does not apply needs a reason.', {
      stage: 'audit',
      nextStep: 'Give it with --remark.',
    });
  const items = signature.items.includes('all') ? known : signature.items;
  await insertRows(
    pool,
    'ops.setup_item',
    ['workspace_id_code', 'item', 'state', 'remark', 'signed_by'],
    items.map((item) => ({
      workspace_id_code: signature.workspaceIdCode,
      item,
      state: signature.state,
      remark: signature.remark,
      signed_by: signature.signedBy,
    })),
  )
    .onConflict((conflict) =>
      conflict.columns(['workspace_id_code', 'item']).doUpdateSet((excluded) => ({
        state: excluded.ref('excluded.state'),
        remark: excluded.ref('excluded.remark'),
        signed_by: excluded.ref('excluded.signed_by'),
        signed_at: clockTimestamp,
      })),
    )
    .execute();
  const missing = await missingSetupItems(pool, signature.workspaceIdCode);
  if (missing.length === 0)
    await recordConfirmation(pool, {
      workspaceIdCode: signature.workspaceIdCode,
      subject: 'setup',
      fingerprint: known.join(','),
      confirmedBy: signature.signedBy,
    });
  return missing;
}
