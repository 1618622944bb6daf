import type { ExpectedAttributes } from './expected-attributes.ts';
import type { Findings } from './findings.ts';

/** Custom attributes that say who a contact is: compared with him. */
const OF_CONTACTS = ['itop_source_key', 'itop_email', 'itop_phone'];

/** A contact or company in Intercom whose source is known. */
export interface Attributed {
  readonly sourceKey: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Compares custom attributes, and gives how many could not be compared. */
export function compareAttributes(
  { sourceKey, id, attributes }: Attributed,
  { values, unsaid }: ExpectedAttributes,
  findings: Findings,
): number {
  const wanted = values.get(sourceKey) ?? new Map<string, string>();
  const names = [...new Set([...wanted.keys(), ...Object.keys(attributes)])].filter(
    (name) => !OF_CONTACTS.includes(name),
  );
  for (const name of names.filter((one) => !unsaid.has(one))) {
    const expected = collapse(wanted.get(name) ?? '');
    const actual = collapse(String(attributes[name] ?? ''));
    if (expected === actual) continue;
    findings.add({ check: 'attribute', sourceKey, targetId: id, field: name, expected, actual });
  }
  return unsaid.size;
}

function collapse(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
