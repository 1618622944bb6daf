import { ApiError, parameterInvalid } from './api-error.ts';
import type { Attributes } from './objects.ts';
import { fieldsOf, isFields } from './request-fields.ts';
import type { Workspace } from './workspace.ts';

const LONGEST_STRING = 255;

interface Definition {
  readonly name: string;
  readonly dataType: string;
  readonly archived: boolean;
  readonly options: readonly string[] | null;
  /** Identifier of the custom object type that a relationship points to. */
  readonly objectType?: string | undefined;
  readonly isMany?: boolean;
}

/** The values to store for `custom_attributes` of a contact or company. Throws a 400 for an unknown name or a wrong type. */
export function dataAttributeValues(workspace: Workspace, model: 'contact' | 'company', sent: unknown): Attributes {
  const definitions = [...workspace.dataAttributes.values()].filter((attribute) => attribute.model === model);
  return valuesOf(workspace, definitions, sent, (name) =>
    parameterInvalid(`Custom attribute '${name}' does not exist`),
  );
}

/** The values to store for `custom_attributes` of a conversation, by name. Two attributes of one name are a 400. */
export function conversationAttributeValues(workspace: Workspace, sent: unknown): Attributes {
  const isCounted = ({ archived }: { readonly archived: boolean }) =>
    !archived || workspace.switches.archivedNames === 'taken';
  const definitions = [...workspace.conversationAttributes.values()].filter(isCounted).map((attribute) => ({
    ...attribute,
    options: attribute.options?.map((option) => option.label) ?? null,
    ...(isFields(attribute.reference)
      ? { objectType: String(attribute.reference.object_type_id), isMany: attribute.reference.type === 'many' }
      : {}),
  }));
  return valuesOf(
    workspace,
    definitions,
    sent,
    (name) =>
      new ApiError(400, 'INVALID_PARAMETER', `Conversation attribute '${name}' does not exist or is not unique`),
  );
}

function valuesOf(
  workspace: Workspace,
  definitions: readonly Definition[],
  sent: unknown,
  unknownName: (name: string) => ApiError,
): Attributes {
  if (sent === undefined || sent === null) return {};
  if (!isFields(sent)) throw parameterInvalid('custom_attributes must be an object');
  const values: Attributes = {};
  for (const [name, value] of Object.entries(fieldsOf(sent, Object.keys(sent)))) {
    const named = definitions.filter((definition) => definition.name === name);
    const definition = named.find(({ archived }) => !archived);
    if (definition === undefined || named.length > 1) throw unknownName(name);
    values[name] = checkedValue(workspace, definition, value);
  }
  return values;
}

function checkedValue(workspace: Workspace, definition: Definition, value: unknown): unknown {
  if (value === null) return null;
  const { dataType, name, options } = definition;
  if (dataType === 'relationship') return referenced(workspace, definition, value);
  if (!isOfType(dataType, value)) throw parameterInvalid(`Custom attribute '${name}' expects type ${dataType}`);
  if (typeof value !== 'string') return value;
  if (options !== null && !options.includes(value)) {
    throw parameterInvalid(`Custom attribute '${name}' has no option '${value}'`);
  }
  if ([...value].length <= LONGEST_STRING) return value;
  if (workspace.switches.longStrings === 'cut') return [...value].slice(0, LONGEST_STRING).join('');
  throw parameterInvalid(`Custom attribute '${name}' is longer than ${LONGEST_STRING} characters`);
}

function isOfType(dataType: string, value: unknown): boolean {
  switch (dataType) {
    case 'string':
    case 'list':
      return typeof value === 'string';
    case 'integer':
    case 'date':
    case 'datetime':
      return typeof value === 'number' && Number.isInteger(value);
    case 'float':
    case 'decimal':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    default:
      return false;
  }
}

/** A relationship takes Intercom's ids of instances and shows the instances. */
function referenced(workspace: Workspace, { name, objectType, isMany }: Definition, value: unknown): unknown {
  if (!Array.isArray(value)) throw parameterInvalid(`Custom attribute '${name}' expects a list of instance ids`);
  if (isMany !== true && value.length > 1) throw parameterInvalid(`Custom attribute '${name}' takes one instance`);
  const all = [...(workspace.objectTypes.get(objectType ?? '')?.instances.values() ?? [])];
  const instances = value.map((id: unknown) => {
    const instance = all.find((candidate) => candidate.id === id);
    if (instance === undefined) throw parameterInvalid(`Custom attribute '${name}': no instance ${String(id)}`);
    return { id: instance.id, external_id: instance.externalId };
  });
  return { type: `${objectType}.list`, instances };
}
