import type { ContactFacts, ContactRequest } from '../../intercom/contacts.ts';
import { namesField } from '../../intercom/errors.ts';
import { isSameValue } from '../../intercom/same-value.ts';
import type { OpenIntent } from '../../platform/journal.ts';
import type { Base } from '../desired-state/change-object.ts';
import { type Fields, flatAttributes } from '../desired-state/three-way.ts';
import type { ContactRow } from './contact-fields.ts';

/** Attribute that keeps a phone number as iTop has it, where Intercom refuses it as a phone number. */
export const phoneAttribute = 'itop_phone';

/**
 * Sends a request with a phone number. Where Intercom refuses the number (help article 6311200: with validation on, invalid ones are),
 * the request goes again with the number in an attribute: iTop's are free text.
 */
export async function sendKeepingPhone<T>(
  request: ContactRequest,
  lost: OpenIntent | undefined,
  send: (request: ContactRequest, lost: OpenIntent | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await send(request, lost);
  } catch (error) {
    if (request.phone === undefined || !namesField(error, 'phone')) throw error;
    return send(phoneAsAttribute(request), undefined);
  }
}

/** The same request with the phone number in an attribute. */
function phoneAsAttribute({ phone, ...request }: ContactRequest): ContactRequest {
  if (phone === undefined) return request;
  return { ...request, custom_attributes: { ...request.custom_attributes, [phoneAttribute]: attributeText(phone) } };
}

/** Attributes take 255 characters. */
export function attributeText(text: string): string {
  return text.slice(0, 255);
}

/** Clears the attribute that keeps a refused phone number, where iTop holds another number now and nobody edited the attribute. */
export function withoutFormerPhone(row: ContactRow, { fields }: Base, observed: Fields): Fields {
  const former = fields?.lastApplied.phone;
  if (typeof former !== 'string' || former === row.phone) return {};
  const aside = flatAttributes({ [phoneAttribute]: attributeText(former) });
  const isOurs = Object.entries(aside).every(([name, text]) => observed[name] === text);
  return isOurs ? flatAttributes({ [phoneAttribute]: null }) : {};
}

/** Whether a phone number was refused and is kept in its attribute. */
export function isPhoneAside({ phone }: ContactRow, facts: ContactFacts): boolean {
  if (phone === null || facts.phone !== null) return false;
  return isSameValue(phoneAttribute, attributeText(phone), facts.customAttributes[phoneAttribute]);
}
