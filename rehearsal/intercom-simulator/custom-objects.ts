import { ApiError, parameterInvalid } from './api-error.ts';
import { type Call, type Handler, type Operation, parameter } from './call.ts';
import type { Attributes, CustomObjectInstance, CustomObjectType } from './objects.ts';
import { numberedPage } from './pages.ts';
import { type Fields, fieldsOf, isFields, requiredText, wholeNumberField } from './request-fields.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

const FIELDS = ['external_id', 'external_created_at', 'external_updated_at', 'custom_attributes'];

/** Creates the instance of this external id, or changes the fields that are given. */
const createCustomObjectInstances: Handler = (call) => {
  const { workspace } = call;
  const type = requireType(call);
  const fields = fieldsOf(call.body, FIELDS);
  const externalId = requiredText(fields, 'external_id');
  const values = valuesOf(type, fields.custom_attributes);
  const now = nowSeconds();
  const existing = type.instances.get(externalId);
  const instance: CustomObjectInstance = existing ?? {
    id: String(workspace.nextNumber()),
    type: type.identifier,
    externalId,
    externalCreatedAt: null,
    externalUpdatedAt: null,
    createdAt: now,
    updatedAt: now,
    customAttributes: {},
  };
  Object.assign(instance, {
    externalCreatedAt: wholeNumberField(fields, 'external_created_at') ?? instance.externalCreatedAt,
    externalUpdatedAt: wholeNumberField(fields, 'external_updated_at') ?? instance.externalUpdatedAt,
    updatedAt: now,
    customAttributes:
      workspace.switches.instanceUpserts === 'keeps' ? { ...instance.customAttributes, ...values } : values,
  });
  type.instances.set(externalId, instance);
  return showInstance(instance);
};

/** With external_id one instance, else a page of them; `references_conversation_id` keeps those a conversation names. */
const listCustomObjectInstances: Handler = (call) => {
  const type = requireType(call);
  const externalId = call.query.get('external_id');
  if (externalId !== null) {
    const found = type.instances.get(externalId);
    if (found === undefined) throw objectNotFound();
    return showInstance(found);
  }
  const conversationId = call.query.get('references_conversation_id');
  const all = [...type.instances.values()].filter(
    (instance) => conversationId === null || isReferenced(call.workspace, conversationId, instance),
  );
  const { items, pages, total } = numberedPage(all, call, { usual: 20, most: 150 });
  return { type: 'list', data: items.map(showInstance), pages, total_count: total };
};

function isReferenced(workspace: Workspace, conversationId: string, instance: CustomObjectInstance): boolean {
  const attributes = workspace.conversations.get(conversationId)?.customAttributes ?? {};
  return Object.values(attributes).some(
    (value) => isFields(value) && value.type === `${instance.type}.list` && idsIn(value).includes(instance.id),
  );
}

function idsIn(reference: Fields): string[] {
  return Array.isArray(reference.instances) ? reference.instances.map((one: { id: string }) => one.id) : [];
}

const getCustomObjectInstancesById: Handler = (call) => showInstance(requireInstance(call));

const deleteById: Handler = (call) => removed(call, requireInstance(call));

const deleteByExternalId: Handler = (call) => {
  const found = requireType(call).instances.get(call.query.get('external_id') ?? '');
  if (found === undefined) throw objectNotFound();
  return removed(call, found);
};

function removed(call: Call, instance: CustomObjectInstance) {
  requireType(call).instances.delete(instance.externalId);
  return { id: instance.id, object: instance.type, deleted: true };
}

/** Types are made by hand in Intercom's settings, in no version by API: tests plant them. */
export function addObjectType(workspace: Workspace, fields: Fields): CustomObjectType {
  const identifier = requiredText(fields, 'identifier');
  const attributes = isFields(fields.attributes) ? fields.attributes : {};
  const type: CustomObjectType = {
    identifier,
    attributes: new Map(Object.entries(attributes).map(([name, dataType]) => [name, String(dataType)])),
    instances: workspace.objectTypes.get(identifier)?.instances ?? new Map(),
  };
  workspace.objectTypes.set(identifier, type);
  return type;
}

function requireType(call: Call): CustomObjectType {
  const identifier = parameter(call, 'custom_object_type_identifier');
  const type = call.workspace.objectTypes.get(identifier);
  if (type === undefined) throw new ApiError(404, 'not_found', `Custom Object type '${identifier}' not found`);
  return type;
}

function requireInstance(call: Call): CustomObjectInstance {
  const named = parameter(call, 'custom_object_instance_id');
  const { instances } = requireType(call);
  const found = instances.get(named) ?? [...instances.values()].find((instance) => instance.id === named);
  if (found === undefined) throw objectNotFound();
  return found;
}

function objectNotFound(): ApiError {
  return new ApiError(404, 'not_found', 'Custom Object instance not found');
}

function valuesOf(type: CustomObjectType, sent: unknown): Attributes {
  if (sent === undefined || sent === null) return {};
  if (!isFields(sent)) throw parameterInvalid('custom_attributes must be an object');
  for (const [name, value] of Object.entries(sent)) {
    const dataType = type.attributes.get(name);
    if (dataType === undefined) throw parameterInvalid(`${type.identifier} has no attribute '${name}'`);
    if (value !== null && !fits(dataType, value)) throw parameterInvalid(`'${name}' expects type ${dataType}`);
  }
  return { ...sent };
}

function fits(dataType: string, value: unknown): boolean {
  if (dataType === 'number' || dataType === 'integer' || dataType === 'decimal' || dataType === 'float')
    return typeof value === 'number';
  if (dataType === 'date' || dataType === 'datetime') return typeof value === 'number' && Number.isInteger(value);
  if (dataType === 'boolean') return typeof value === 'boolean';
  return typeof value === 'string';
}

export function showInstance(instance: CustomObjectInstance) {
  return {
    id: instance.id,
    type: instance.type,
    custom_attributes: instance.customAttributes,
    external_id: instance.externalId,
    external_created_at: instance.externalCreatedAt,
    external_updated_at: instance.externalUpdatedAt,
    created_at: instance.createdAt,
    updated_at: instance.updatedAt,
  };
}

const ofType = '/custom_object_instances/{custom_object_type_identifier}';
const ofInstance = `${ofType}/{custom_object_instance_id}`;

/** The description names the two deletes the wrong way round; so do these. */
export const customObjectOperations: readonly Operation[] = [
  {
    name: 'createCustomObjectInstances',
    method: 'POST',
    path: ofType,
    isMutating: true,
    handle: createCustomObjectInstances,
  },
  {
    name: 'listCustomObjectInstances',
    method: 'GET',
    path: ofType,
    isMutating: false,
    handle: listCustomObjectInstances,
  },
  {
    name: 'deleteCustomObjectInstancesById',
    method: 'DELETE',
    path: ofType,
    isMutating: true,
    handle: deleteByExternalId,
  },
  {
    name: 'getCustomObjectInstancesById',
    method: 'GET',
    path: ofInstance,
    isMutating: false,
    handle: getCustomObjectInstancesById,
  },
  {
    name: 'deleteCustomObjectInstancesByExternalId',
    method: 'DELETE',
    path: ofInstance,
    isMutating: true,
    handle: deleteById,
  },
];
