import { ApiError } from './api-error.ts';
import { type Call, type Handler, type Operation, parameter } from './call.ts';
import type { ConversationAttribute } from './objects.ts';
import { type Fields, fieldsOf, flagField, requiredText, textField } from './request-fields.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

const TYPES = ['string', 'integer', 'list', 'decimal', 'boolean', 'datetime', 'relationship', 'files'];

const listConversationAttributes: Handler = ({ workspace, query }) => {
  const withArchived = query.get('include_archived') === 'true';
  const attributes = [...workspace.conversationAttributes.values()].filter(
    (attribute) => withArchived || !attribute.archived,
  );
  return { type: 'list', data: attributes.map((attribute) => showConversationAttribute(workspace, attribute)) };
};

const createConversationAttribute: Handler = ({ workspace, body }) => {
  const fields = fieldsOf(body, [
    'name',
    'data_type',
    'description',
    'required',
    'visible_to_team_ids',
    'multiline',
    'options',
    'reference',
  ]);
  return showConversationAttribute(workspace, addConversationAttribute(workspace, fields));
};

/** Adds an attribute even when one of the name is there: Intercom does, and every later write by that name then fails. */
export function addConversationAttribute(workspace: Workspace, fields: Fields): ConversationAttribute {
  const name = requiredText(fields, 'name');
  const dataType = textField(fields, 'data_type') ?? '';
  if (!TYPES.includes(dataType)) {
    throw unprocessable(`data_type '${dataType}' is not valid. Allowed types: ${TYPES.join(', ')}`);
  }
  if (dataType === 'list' && !Array.isArray(fields.options)) throw unprocessable('options are required for a list');
  const options = Array.isArray(fields.options)
    ? fields.options.map((option: unknown) => ({
        id: `option-${workspace.nextNumber()}`,
        label: requiredText(fieldsOf(option, ['label'], 'option'), 'label'),
      }))
    : null;
  const now = nowSeconds();
  const attribute: ConversationAttribute = {
    id: workspace.nextNumber(),
    name,
    dataType,
    description: textField(fields, 'description') ?? '',
    required: flagField(fields, 'required') ?? false,
    options,
    reference: fields.reference,
    archived: false,
    createdAt: now,
    updatedAt: now,
  };
  workspace.conversationAttributes.set(attribute.id, attribute);
  return attribute;
}

/** The description names no `archived` here: what is archived stays so. */
const updateConversationAttribute: Handler = (call) => {
  const { workspace } = call;
  const attribute = requireAttribute(call);
  const fields = fieldsOf(call.body, [
    'name',
    'description',
    'multiline',
    'required',
    'visible_to_team_ids',
    'reference',
  ]);
  attribute.name = textField(fields, 'name') ?? attribute.name;
  attribute.description = textField(fields, 'description') ?? attribute.description;
  attribute.required = flagField(fields, 'required') ?? attribute.required;
  attribute.updatedAt = nowSeconds();
  return showConversationAttribute(workspace, attribute);
};

/** The conversation attribute that a path names. Throws a 404. */
export function requireAttribute(call: Call): ConversationAttribute {
  const attribute = call.workspace.conversationAttributes.get(Number(parameter(call, 'attribute_id')));
  if (attribute !== undefined) return attribute;
  throw new ApiError(404, 'conversation_attribute_not_found', 'Conversation attribute not found');
}

function unprocessable(message: string): ApiError {
  return new ApiError(422, 'parameter_invalid', message);
}

export function showConversationAttribute(workspace: Workspace, attribute: ConversationAttribute) {
  return {
    type: 'conversation_attribute',
    id: attribute.id,
    name: attribute.name,
    description: attribute.description,
    data_type: attribute.dataType,
    required: attribute.required,
    visible_to_team_ids: [],
    archived: attribute.archived,
    created_at: attribute.createdAt,
    updated_at: attribute.updatedAt,
    admin_id: workspace.tokenOwner.id,
    ...(attribute.dataType === 'string' ? { multiline: false } : {}),
    ...(attribute.options === null
      ? {}
      : { options: attribute.options.map((option) => ({ ...option, archived: false })) }),
    ...(attribute.reference === undefined ? {} : { reference: attribute.reference }),
  };
}

export const conversationAttributeOperations: readonly Operation[] = [
  {
    name: 'listConversationAttributes',
    method: 'GET',
    path: '/conversations/attributes',
    isMutating: false,
    handle: listConversationAttributes,
  },
  {
    name: 'createConversationAttribute',
    method: 'POST',
    path: '/conversations/attributes',
    isMutating: true,
    handle: createConversationAttribute,
  },
  {
    name: 'updateConversationAttribute',
    method: 'PUT',
    path: '/conversations/attributes/{attribute_id}',
    isMutating: true,
    handle: updateConversationAttribute,
  },
];
