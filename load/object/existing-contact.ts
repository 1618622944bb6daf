import { type ContactFacts, type ContactRequest, showContact, updateContact } from '../../intercom/contacts.ts';
import { type OpenIntent, type Target, wasEverUncertain } from '../../platform/journal.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { comparedWrites, planForExisting } from '../desired-state/existing-policy.ts';
import type { LoadContext } from '../engine/context.ts';
import { RecordRefused } from '../engine/errors.ts';
import { asSentBefore, type Evidence, executeStep, type Step } from '../engine/execute-step.ts';
import type { Loaded } from '../engine/phase.ts';
import { send } from '../engine/send.ts';
import { type ContactRow, contactIdentity, heldFields, sourceKeyAttribute } from './contact-fields.ts';
import { sendKeepingPhone } from './contact-phone.ts';
import { contactVerdicts, linkVerdicts } from './contact-verdicts.ts';

/** Knows a contact that is there already: as ours where a lost call of ours made it, else as one that existed, which is written to. */
export async function linkExisting(
  context: LoadContext,
  row: ContactRow,
  target: Target,
  existingId: string,
): Promise<Loaded> {
  const isSuspect = await wasEverUncertain(context.pool, context.workspaceIdCode, target, 'CreateContact');
  if (isSuspect) {
    const existing = (await send(context, showContact(existingId))).value;
    if (existing.customAttributes[sourceKeyAttribute] === target.key) {
      const identity = contactIdentity(row, existing, 'created');
      const verdicts = contactVerdicts(context, row, target, existing, 'fresh_read');
      const isAsPlanned = verdicts.every(({ verdict }) => verdict !== 'failed');
      // Which of the calls without an answer made it is not known any more, only what it holds.
      await context.link(isAsPlanned ? identity : asSentBefore(identity, null), verdicts);
      return 'written';
    }
  }
  await writeToExisting(context, row, target, existingId, undefined);
  return 'linked';
}

/** Links a contact that existed, and writes to it what the mapping permits. */
export async function writeToExisting(
  context: LoadContext,
  row: ContactRow,
  target: Target,
  existingId: string,
  lost: OpenIntent | undefined,
): Promise<void> {
  const existing = (await send(context, showContact(existingId))).value;
  await refuseSharedContact(context, target, existing);
  const { [sourceKeyAttribute]: _, ...customAttributes } = row.custom_attributes;
  const plan = planForExisting(
    context.onExisting.contact,
    { fields: { name: row.name, phone: row.phone }, customAttributes },
    heldFields(existing),
  );
  if (plan.write === undefined && lost === undefined) {
    await context.link(
      contactIdentity(row, existing, 'linked'),
      linkVerdicts(context, row, target, existing, 'fresh_read'),
    );
    return;
  }
  const write = plan.write ?? { fields: {}, customAttributes: {} };
  const request: ContactRequest = {
    ...write.fields,
    ...(Object.keys(write.customAttributes).length === 0 ? {} : { custom_attributes: write.customAttributes }),
  };
  const stepOf = (sent: ContactRequest): Step<ContactFacts> => ({
    target,
    call: updateContact(existing.id, sent),
    beforeImage: { id: existing.id, ...plan.beforeImage },
    // The plan was made from a read after the lost call: an empty plan says that the call filled everything.
    lookUp: () => Promise.resolve(plan.write === undefined ? existing : undefined),
    accept: (facts, evidence: Evidence) => ({
      response: { id: facts.id },
      identities: [contactIdentity(row, facts, 'linked')],
      verdicts: linkVerdicts(context, row, target, facts, evidence, comparedWrites(plan.write, heldFields(facts))),
      resolution: `the contact existed: ${context.onExisting.contact}`,
    }),
  });
  await sendKeepingPhone(request, lost, (sent, open) => executeStep(context, stepOf(sent), open));
}

/** Two of our contacts must not become one existing contact silently: their conversations would be mixed. */
async function refuseSharedContact(context: LoadContext, target: Target, existing: ContactFacts): Promise<void> {
  const owner = await warehouse(context.pool)
    .selectFrom('load.identity')
    .select('target_key')
    .where('workspace_id_code', '=', context.workspaceIdCode)
    .where('target_type', '=', 'contact')
    .where('target_id', '=', existing.id)
    .where('target_key', '<>', target.key)
    .limit(1)
    .executeTakeFirst();
  if (owner === undefined) return;
  const other = owner.target_key;
  throw new RecordRefused(
    `Contact ${existing.id} in Intercom is already that of ${other}.`,
    `Give ${target.key} or ${other} another e-mail, or let the mapping merge them.`,
  );
}

/** The contact that a lost update was for. */
export function existingIdOf(lost: OpenIntent): string {
  const image = lost.beforeImage as { id?: string } | null;
  if (image?.id === undefined) throw new Error(`Journal row ${lost.journalId} of UpdateContact names no contact.`);
  return image.id;
}
