import { parameterInvalid, parameterNotFound } from './api-error.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The fields of a JSON object. Throws a 400 for anything else, and for a field that the operation does not have: Intercom
 * ignores most of those, and a loader that relies on one must be found out.
 */
export function fieldsOf(value: unknown, allowed: readonly string[], where = 'body'): Fields {
  if (!isFields(value)) throw parameterInvalid(`${where} must be a JSON object`);
  const unknown = Object.keys(value).find((name) => !allowed.includes(name));
  if (unknown !== undefined) throw parameterInvalid(`bad '${unknown}' parameter`);
  return value;
}

/** A string, or undefined where the field is absent. */
export function textField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw parameterInvalid(`${name} must be a string`);
  return value;
}

export function requiredText(fields: Fields, name: string): string {
  const value = textField(fields, name);
  if (value === undefined || value === '') throw parameterNotFound(`${name} not specified`);
  return value;
}

/** An id, which Intercom takes as a number or as a string. */
export function idField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  if (typeof value === 'string' && value !== '') return value;
  throw parameterInvalid(`${name} must be an id`);
}

export function wholeNumberField(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw parameterInvalid(`${name} must be an integer`);
  return value;
}

export function flagField(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw parameterInvalid(`${name} must be true or false`);
  return value;
}

export function choiceField<T extends string>(fields: Fields, name: string, choices: readonly T[]): T | undefined {
  const value = textField(fields, name);
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw parameterInvalid(`${name} must be one of ${choices.join(', ')}`);
  return choice;
}
