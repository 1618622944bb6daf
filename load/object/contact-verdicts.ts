import type { ContactFacts } from '../../intercom/contacts.ts';
import type { Target } from '../../platform/journal.ts';
import { attributeFields, type ComparedField, verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import type { Evidence } from '../engine/execute-step.ts';
import type { ContactRow } from './contact-fields.ts';
import { isPhoneAside, phoneAttribute } from './contact-phone.ts';

/** Verdicts on a contact that existed: it is the one meant, and holds what was written to it. */
export function linkVerdicts(
  context: LoadContext,
  row: ContactRow,
  target: Target,
  facts: ContactFacts,
  evidence: Evidence,
  written: readonly ComparedField[] = [],
) {
  const key: ComparedField =
    row.email === null
      ? ['external_id', row.external_id, facts.externalId]
      : ['email', row.email.toLowerCase(), facts.email?.toLowerCase()];
  if (isPhoneAside(row, facts)) {
    const others = written.filter(([name]) => name !== 'phone');
    return verdictsOf(context, target, 'contact', evidence, [key, ...others], {
      verdict: 'kept_elsewhere',
      reasonCode: 'phone_refused',
      expected: row.phone,
      actual: `in ${phoneAttribute}`,
    });
  }
  return verdictsOf(context, target, 'contact', evidence, [key, ...written], {
    verdict: 'passed',
    reasonCode: 'linked',
  });
}

/** Verdicts on a contact. A phone number that was refused passes as kept elsewhere, where its attribute holds it. */
export function contactVerdicts(
  context: LoadContext,
  row: ContactRow,
  target: Target,
  facts: ContactFacts,
  evidence: Evidence,
) {
  const fields = comparedFields(row, facts);
  if (!isPhoneAside(row, facts)) return verdictsOf(context, target, 'contact', evidence, fields);
  return verdictsOf(
    context,
    target,
    'contact',
    evidence,
    fields.filter(([name]) => name !== 'phone'),
    { verdict: 'kept_elsewhere', reasonCode: 'phone_refused', expected: row.phone, actual: `in ${phoneAttribute}` },
  );
}

function comparedFields(row: ContactRow, facts: ContactFacts): ComparedField[] {
  return [
    ['role', row.role, facts.role],
    ['email', row.email?.toLowerCase(), facts.email?.toLowerCase()],
    ['external_id', row.external_id, facts.externalId],
    ['name', row.name, facts.name],
    ['phone', row.phone, facts.phone],
    ...attributeFields(row.custom_attributes, facts.customAttributes),
  ];
}
