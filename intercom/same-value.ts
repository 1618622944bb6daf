import { decodeEntities } from '../platform/visible-text.ts';
import { isSameText } from './same-text.ts';

/** Fields whose values are compared to the letter. */
const identifiers = new Set(['email', 'external_id', 'company_id']);

/**
 * Whether Intercom holds a value as it was sent, whatever form its answer has: numbers come back as strings, names and titles with
 * entities (`O&#39;Neill`), text in other typography (`isSameText`), dates as Unix seconds or ISO text, phone numbers without blanks,
 * brackets and dashes (help article 6311200). `reconcile.is_same_value` says the same in SQL.
 */
export function isSameValue(field: string, sent: unknown, held: unknown): boolean {
  return hasSameCharacters(field, sent, held) || isInOtherTypography(field, sent, held);
}

/** Whether a text is held with other characters than it was sent with, and nothing of it is lost. */
export function isInOtherTypography(field: string, sent: unknown, held: unknown): boolean {
  const expected = textOf(sent);
  const actual = textOf(held);
  if (expected === null || actual === null || identifiers.has(field)) return false;
  if (hasSameCharacters(field, sent, held)) return false;
  return isSameText(expected, actual) || isSameText(expected, decodeEntities(actual));
}

function hasSameCharacters(field: string, sent: unknown, held: unknown): boolean {
  const expected = textOf(sent);
  const actual = textOf(held);
  if (expected === actual) return true;
  if (expected === null || actual === null) return false;
  if (field === 'phone') return phoneDigits(expected) === phoneDigits(actual);
  return secondsOf(expected) === secondsOf(actual) || expected === decodeEntities(actual);
}

/** A value as text; null for none. */
export function textOf(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The digits of a phone number, without the 00 that stands for a plus. */
function phoneDigits(phone: string): string {
  return phone.replace(/\D/g, '').replace(/^00/, '');
}

/** A moment in ISO text as Unix seconds; other text as it is. */
export function secondsOf(text: string): string {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$/.test(text)) return text;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? text : String(Math.floor(moment / 1000));
}
