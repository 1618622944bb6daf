import { textInOtherTypography, typographicFields } from './typography.ts';
import type { Workspace } from './workspace.ts';

/** Characters that a workspace may answer as entities, as captures of real ones show it (`O&#39;Neill`). */
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Fields that may come back with entities, by type of object. */
const escapedFields: Readonly<Record<string, string>> = {
  contact: 'name',
  company: 'name',
  conversation: 'title',
};

type Fields = Record<string, unknown>;

/** An answer in the form that the switches give it; what the workspace holds stays as it is. */
export function inFormOfAnswers(workspace: Workspace, answer: unknown): unknown {
  const { entities: form, dateValues, typography } = workspace.switches;
  if (form === 'escaped' || dateValues === 'iso' || typography === 'changed') change(workspace, answer);
  return answer;
}

function change(workspace: Workspace, value: unknown): void {
  if (Array.isArray(value)) {
    for (const one of value) change(workspace, one);
  } else if (typeof value === 'object' && value !== null) {
    const fields = value as Fields;
    if (workspace.switches.typography === 'changed') changeTypography(fields);
    if (workspace.switches.entities === 'escaped') escapeName(fields);
    if (workspace.switches.dateValues === 'iso') writeDates(workspace, fields);
    for (const one of Object.values(fields)) change(workspace, one);
  }
}

function changeTypography(fields: Fields): void {
  for (const name of typographicFields(fields)) {
    const text = fields[name];
    if (typeof text === 'string') fields[name] = textInOtherTypography(text);
  }
}

function escapeName(fields: Fields): void {
  const name = escapedFields[String(fields.type)];
  const text = name === undefined ? undefined : fields[name];
  if (name !== undefined && typeof text === 'string') {
    fields[name] = text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
  }
}

function writeDates(workspace: Workspace, { type, custom_attributes: values }: Fields): void {
  if (typeof values !== 'object' || values === null) return;
  for (const name of dateAttributes(workspace, String(type))) {
    const value = (values as Fields)[name];
    if (typeof value === 'number') (values as Fields)[name] = new Date(value * 1000).toISOString();
  }
}

/** Names of the date attributes of a type of object. */
function dateAttributes(workspace: Workspace, type: string): string[] {
  const isDate = (dataType: string) => dataType === 'date' || dataType === 'datetime';
  if (type === 'conversation') {
    return [...workspace.conversationAttributes.values()].filter((one) => isDate(one.dataType)).map((one) => one.name);
  }
  if (type === 'contact' || type === 'company') {
    return [...workspace.dataAttributes.values()]
      .filter((one) => one.model === type && isDate(one.dataType))
      .map((one) => one.name);
  }
  const attributes = [...(workspace.objectTypes.get(type)?.attributes ?? [])];
  return attributes.filter(([, dataType]) => isDate(dataType)).map(([name]) => name);
}
