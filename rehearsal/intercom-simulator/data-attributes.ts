import { ApiError, parameterInvalid, parameterNotFound } from './api-error.ts';
import { type Handler, type Operation, parameter } from './call.ts';
import type { DataAttribute } from './objects.ts';
import { choiceField, type Fields, fieldsOf, flagField, requiredText, textField } from './request-fields.ts';
import { STANDARD_ATTRIBUTES, showStandardAttribute } from './standard-attributes.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

/** Types as requests name them, and as answers do. */
const TYPES: Readonly<Record<string, DataAttribute['dataType']>> = {
  string: 'string',
  integer: 'integer',
  float: 'float',
  boolean: 'boolean',
  datetime: 'date',
  date: 'date',
};

/** More than the documented "alphanumeric characters, currency symbols, and hyphens": examples have spaces and underscores. */
const NAME = /^[\p{L}\p{N}\p{Sc}_ -]+$/u;

const DOCUMENTED_NAME = /^[\p{L}\p{N}\p{Sc}-]+$/u;

const MOST_ATTRIBUTES = 250;

const lisDataAttributes: Handler = ({ workspace, query }) => {
  const model = query.get('model');
  if (model === 'conversation') {
    const message = 'model=conversation is no longer supported. Use GET /conversations/attributes instead';
    throw new ApiError(422, 'parameter_invalid', message);
  }
  const withArchived = query.get('include_archived') === 'true';
  const attributes = [...workspace.dataAttributes.values()].filter(
    (attribute) => (model === null || attribute.model === model) && (withArchived || !attribute.archived),
  );
  const standard = STANDARD_ATTRIBUTES.filter((attribute) => model === null || attribute.model === model);
  return {
    type: 'list',
    data: [
      ...standard.map(showStandardAttribute),
      ...attributes.map((attribute) => showDataAttribute(workspace, attribute)),
    ],
  };
};

const createDataAttribute: Handler = ({ workspace, body }) => {
  const fields = fieldsOf(body, ['name', 'model', 'data_type', 'description', 'options', 'messenger_writable']);
  const attribute = addDataAttribute(workspace, fields);
  return showDataAttribute(workspace, attribute);
};

export function addDataAttribute(workspace: Workspace, fields: Fields): DataAttribute {
  const name = requiredText(fields, 'name');
  const model = textField(fields, 'model');
  if (model !== 'contact' && model !== 'company') {
    throw parameterInvalid('The Data Attribute model field must be either contact or company');
  }
  const names = workspace.switches.attributeNames === 'documented' ? DOCUMENTED_NAME : NAME;
  if (!names.test(name)) {
    throw parameterInvalid(
      'Your name for this attribute must only contain alphanumeric characters, currency symbols, and hyphens',
    );
  }
  const taken =
    [...workspace.dataAttributes.values()].find((attribute) => attribute.name === name) ??
    STANDARD_ATTRIBUTES.find((attribute) => attribute.model === model && attribute.fullName === name);
  if (taken !== undefined) {
    const words = { contact: 'people', company: 'company' };
    throw parameterInvalid(
      `You already have '${name}' in your ${words[taken.model]} data. To save this as new ${words[model]} data, use a different name.`,
    );
  }
  const dataType = TYPES[fields.data_type === 'options' ? 'string' : (textField(fields, 'data_type') ?? 'string')];
  if (dataType === undefined) throw parameterInvalid("Data Type isn't an option");
  const isLimitReached = workspace.dataAttributes.size + workspace.conversationAttributes.size >= MOST_ATTRIBUTES;
  if (isLimitReached) throw parameterInvalid(`You have reached the limit of ${MOST_ATTRIBUTES} custom attributes`);
  const now = nowSeconds();
  const attribute: DataAttribute = {
    id: workspace.nextNumber(),
    model,
    name,
    dataType,
    options: optionsIn(fields),
    description: textField(fields, 'description') ?? '',
    messengerWritable: flagField(fields, 'messenger_writable') ?? false,
    archived: false,
    createdAt: now,
    updatedAt: now,
  };
  workspace.dataAttributes.set(attribute.id, attribute);
  return attribute;
}

const updateDataAttribute: Handler = (call) => {
  const { workspace } = call;
  const attribute = workspace.dataAttributes.get(Number(parameter(call, 'data_attribute_id')));
  if (attribute === undefined) {
    throw new ApiError(404, 'field_not_found', "We couldn't find that data attribute to update");
  }
  const fields = fieldsOf(call.body, ['archived', 'description', 'options', 'messenger_writable']);
  if (fields.options !== undefined) attribute.options = optionsIn(fields);
  attribute.archived = flagField(fields, 'archived') ?? attribute.archived;
  attribute.description = textField(fields, 'description') ?? attribute.description;
  attribute.messengerWritable = flagField(fields, 'messenger_writable') ?? attribute.messengerWritable;
  attribute.updatedAt = nowSeconds();
  return showDataAttribute(workspace, attribute);
};

function optionsIn(fields: Fields): readonly string[] | null {
  const { options } = fields;
  if (options === undefined || options === null) {
    if (choiceField(fields, 'data_type', [...Object.keys(TYPES), 'options']) !== 'options') return null;
    throw parameterNotFound('options not specified');
  }
  if (!Array.isArray(options)) throw parameterInvalid("Options isn't an array");
  if (options.length < 2) throw parameterInvalid('The Data Attribute must have at least 2 options');
  return options.map((option: unknown) => requiredText(fieldsOf(option, ['value'], 'option'), 'value'));
}

export function showDataAttribute(workspace: Workspace, attribute: DataAttribute) {
  return {
    type: 'data_attribute',
    id: attribute.id,
    name: attribute.name,
    full_name: `custom_attributes.${attribute.name}`,
    label: attribute.name,
    description: attribute.description,
    data_type: attribute.dataType,
    ...(attribute.options === null ? {} : { options: attribute.options }),
    api_writable: true,
    ui_writable: false,
    messenger_writable: attribute.messengerWritable,
    custom: true,
    archived: attribute.archived,
    admin_id: workspace.tokenOwner.id,
    created_at: attribute.createdAt,
    updated_at: attribute.updatedAt,
    model: attribute.model,
  };
}

export const dataAttributeOperations: readonly Operation[] = [
  {
    name: 'lisDataAttributes',
    method: 'GET',
    path: '/data_attributes',
    isMutating: false,
    handle: lisDataAttributes,
  },
  {
    name: 'createDataAttribute',
    method: 'POST',
    path: '/data_attributes',
    isMutating: true,
    handle: createDataAttribute,
  },
  {
    name: 'updateDataAttribute',
    method: 'PUT',
    path: '/data_attributes/{data_attribute_id}',
    isMutating: true,
    handle: updateDataAttribute,
  },
];
