import type { NotNull } from 'kysely';
import {
  type AttributeModel,
  createAttribute,
  listAttributes,
  unarchiveDataAttribute,
} from '../../intercom/attributes.ts';
import { createOrUpdateCompany } from '../../intercom/companies.ts';
import { showContact, updateContact } from '../../intercom/contacts.ts';
import { updateConversation } from '../../intercom/conversations.ts';
import { FailedError } from '../../platform/errors.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { hasViews } from '../warehouse/progress-of-stages.ts';
import { type Answer, change, needed } from './answers.ts';
import { type CanaryContext, canaryToken, isWritten, write } from './canary-writes.ts';

/** What is written to an attribute of each type; dates as Unix seconds, as the load sends them. */
const samples: Readonly<Record<string, unknown>> = {
  string: 'text',
  integer: 7,
  float: 1.5,
  boolean: true,
  datetime: 1_700_000_000,
  date: 1_700_000_000,
};

/** Attributes of contacts and companies share one space of names. */
const nameOf = (model: AttributeModel, dataType: string): string => `itop_canary_${model}_${dataType}`;

/**
 * Titles the thread, makes an attribute of each type that the mapping uses on contacts, companies and conversations, writes one value
 * of each and reads it back. A load depends on all of it: the first that is refused or comes back otherwise ends the canary.
 */
export async function tryAttributes(
  context: CanaryContext,
  ids: { readonly contactId: string; readonly conversationId: string },
  answer: Answer,
): Promise<void> {
  const types = await typesInUse(context);
  const values: Record<AttributeModel, Record<string, unknown>> = { contact: {}, company: {}, conversation: {} };
  for (const [model, dataTypes] of types) {
    const present = (await context.intercom.send(listAttributes(model))).value.custom;
    for (const dataType of dataTypes) {
      const name = nameOf(model, dataType);
      const known = present.find((one) => one.name === name);
      // One that an earlier canary archived when it was removed is taken out of the archive.
      if (known === undefined || known.isArchived) await makeAttribute(context, model, dataType, known?.id);
      values[model][name] = samples[dataType];
    }
  }
  const contact = await change(
    context,
    'attributes of the contact',
    updateContact(ids.contactId, { custom_attributes: values.contact }),
  );
  needed(contact, 'values of attributes of contacts');
  const shown = await context.intercom.send(showContact(ids.contactId));
  requireKept('contact', values.contact, shown.value.customAttributes);
  const company = await write(context, {
    label: 'company',
    targetType: 'company',
    call: createOrUpdateCompany({
      company_id: `itop-canary-${context.canaryId}`,
      name: 'Canary of the migration',
      custom_attributes: values.company,
    }),
    idOf: (made) => made.id,
  });
  requireKept('company', values.company, needed(company, 'a company with attributes').customAttributes);
  await titleAndMark(context, ids.conversationId, values.conversation, answer);
}

/** Title, attributes and the mark as read in one call, as a load makes it; without the mark where that is refused. */
async function titleAndMark(
  context: CanaryContext,
  conversationId: string,
  values: Readonly<Record<string, unknown>>,
  answer: Answer,
): Promise<void> {
  const fields = { title: `Thread ${canaryToken(context.canaryId)}`, custom_attributes: values };
  const marked = await change(context, 'title', updateConversation(conversationId, { ...fields, read: true }));
  if (!isWritten(marked)) await answer('read_mark', 'no', marked.refusal.message);
  const written = isWritten(marked)
    ? marked
    : await change(context, 'title without mark', updateConversation(conversationId, fields));
  requireKept('conversation', values, needed(written, 'a title with attributes').customAttributes);
}

async function makeAttribute(
  context: CanaryContext,
  model: AttributeModel,
  dataType: string,
  archivedId: string | undefined,
): Promise<void> {
  const name = nameOf(model, dataType);
  const made = await write(context, {
    label: name,
    targetType: `${model}_attribute`,
    call:
      archivedId === undefined || model === 'conversation'
        ? createAttribute(model, { name, dataType, description: 'Of a test' })
        : unarchiveDataAttribute(archivedId),
    idOf: (attribute) => attribute.id,
  });
  needed(made, `an attribute ${name} of type ${dataType}`, byHand(model, name, dataType));
}

/** Attributes that are there are used as they are: what the API refuses to make, a person may make. */
function byHand(model: AttributeModel, name: string, dataType: string): string {
  return (
    `Make it by hand in Intercom (Settings > Data, ${model} data): ${name}, ${dataType}. Where that is taken, so will be those that the ` +
    `load needs: make them the same way (itop-to-intercom db sql "select model, name, data_type from intercom.attribute"), and it uses what ` +
    `is there. Where the name is refused there too, ask Intercom's support: without attributes nothing can be loaded.`
  );
}

/** Types by model: those of the planned attributes, and text, which every migration uses. */
async function typesInUse({ pool }: CanaryContext): Promise<Map<AttributeModel, Set<string>>> {
  const types = new Map<AttributeModel, Set<string>>([
    ['contact', new Set(['string'])],
    ['company', new Set(['string'])],
    ['conversation', new Set(['string'])],
  ]);
  if (!(await hasViews(pool))) return types;
  const rows = await warehouse(pool)
    .selectFrom('intercom.attribute')
    .distinct()
    .select(['model', 'data_type'])
    .$narrowType<{ model: AttributeModel; data_type: NotNull }>()
    .where('model', 'in', ['contact', 'company', 'conversation'])
    .execute();
  for (const row of rows) if (row.data_type in samples) types.get(row.model)?.add(row.data_type);
  return types;
}

function requireKept(
  model: AttributeModel,
  sent: Readonly<Record<string, unknown>>,
  held: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(sent)) {
    if (isSame(value, held[name])) continue;
    throw new FailedError(
      `The ${model} attribute ${name} does not keep its value: sent ${JSON.stringify(value)}, found ${JSON.stringify(held[name])}.`,
      {
        stage: 'canary',
        nextStep:
          'Map the fields of this type to text (data_type: string in mapping.yaml), then: itop-to-intercom canary remove, and send it again.',
      },
    );
  }
}

/** Numbers may come back as text, dates as Unix seconds or ISO text. */
function isSame(sent: unknown, held: unknown): boolean {
  if (String(sent) === String(held)) return true;
  return typeof sent === 'number' && typeof held === 'string' && Date.parse(held) === sent * 1000;
}
