import { z } from 'zod';
import { type Call, path } from './call.ts';
import { id } from './fields.ts';

export type AttributeModel = 'contact' | 'company' | 'conversation';

/** An attribute that people or programs made. */
export interface AttributeFacts {
  readonly id: string;
  readonly name: string;
  readonly dataType: string;
  readonly isArchived: boolean;
}

/** The attributes of a model. */
export interface AttributeList {
  /** Those that can be written, archived ones too. */
  readonly custom: readonly AttributeFacts[];
  /**
   * Intercom's own attributes by `full_name`: they have no id, and several may share a `name` (a company's `name` and `plan.name`).
   * No custom attribute can have their names.
   */
  readonly standard: ReadonlyMap<string, { readonly name: string }>;
}

const attribute = z.object({
  id,
  name: z.string(),
  data_type: z.string(),
  archived: z.boolean().nullish(),
});
const listedAttribute = attribute
  .partial({ id: true })
  .extend({ full_name: z.string().nullish(), custom: z.boolean().nullish() });
const attributeList = z.object({ data: z.array(listedAttribute) });

/** `lisDataAttributes` (its name in the description) or `listConversationAttributes`: all attributes of a model, archived ones too. */
export function listAttributes(model: AttributeModel): Call<AttributeList> {
  return {
    operation: model === 'conversation' ? 'listConversationAttributes' : 'lisDataAttributes',
    method: 'GET',
    path:
      model === 'conversation'
        ? '/conversations/attributes?include_archived=true'
        : `/data_attributes?model=${model}&include_archived=true`,
    effect: 'read',
    read(body) {
      const custom: AttributeFacts[] = [];
      const standard = new Map<string, { name: string }>();
      for (const one of attributeList.parse(body).data) {
        // What has no id cannot be changed, whatever it is: only its name matters.
        if (one.custom === false || one.id === undefined) standard.set(one.full_name ?? one.name, { name: one.name });
        else custom.push(factsOf({ ...one, id: one.id }));
      }
      return { custom, standard };
    },
  };
}

/** The `full_name` of Intercom's own attribute that keeps a custom one from having a name; undefined when none does. */
export function standardAttributeNamed({ standard }: AttributeList, wanted: string): string | undefined {
  if (standard.has(wanted)) return wanted;
  return [...standard].find(([, { name }]) => name === wanted)?.[0];
}

/**
 * `createDataAttribute`, or `createConversationAttribute`, which exists from version 2.16 on.
 *
 * A second conversation attribute of one name is accepted by Intercom and makes every later write to it fail:
 * list first, create only what is absent.
 */
export function createAttribute(
  model: AttributeModel,
  request: { name: string; dataType: string; description: string | null; objectType?: string | null },
): Call<AttributeFacts> {
  const description = request.description === null ? {} : { description: request.description };
  const read = (body: unknown) => factsOf(attribute.parse(body));
  if (model === 'conversation') {
    const dataType = conversationTypes[request.dataType] ?? request.dataType;
    return {
      operation: 'createConversationAttribute',
      method: 'POST',
      path: '/conversations/attributes',
      body: {
        name: request.name,
        data_type: dataType,
        ...description,
        ...(request.objectType === null || request.objectType === undefined
          ? {}
          : { reference: { type: 'many', object_type_id: request.objectType } }),
      },
      effect: 'once',
      read,
    };
  }
  return {
    operation: 'createDataAttribute',
    method: 'POST',
    path: '/data_attributes',
    body: { name: request.name, model, data_type: request.dataType, ...description },
    effect: 'once',
    read,
  };
}

/** `updateDataAttribute`: takes an attribute of contacts or companies out of the archive. */
export function unarchiveDataAttribute(attributeId: string): Call<AttributeFacts> {
  return {
    operation: 'updateDataAttribute',
    method: 'PUT',
    path: path`/data_attributes/${attributeId}`,
    body: { archived: false },
    effect: 'repeatable',
    read: (body) => factsOf(attribute.parse(body)),
  };
}

/** `updateConversationAttribute`. The API has no way to take a conversation attribute out of the archive. */
export function renameConversationAttribute(attributeId: string, name: string): Call<AttributeFacts> {
  return {
    operation: 'updateConversationAttribute',
    method: 'PUT',
    path: path`/conversations/attributes/${attributeId}`,
    body: { name },
    effect: 'repeatable',
    read: (body) => factsOf(attribute.parse(body)),
  };
}

/** Conversation attributes call two types by other names than the attributes of contacts and companies do. */
const conversationTypes: Readonly<Record<string, string>> = { float: 'decimal', date: 'datetime' };

function factsOf(raw: z.infer<typeof attribute>): AttributeFacts {
  return { id: raw.id, name: raw.name, dataType: raw.data_type, isArchived: raw.archived === true };
}
