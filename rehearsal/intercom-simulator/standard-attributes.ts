import type { DataAttribute } from './objects.ts';

/** Intercom's own attribute. It has no id, and its `full_name` tells it from others: a company has its `name` and its `plan.name`. */
export interface StandardAttribute {
  readonly model: DataAttribute['model'];
  readonly fullName: string;
  readonly dataType: DataAttribute['dataType'];
  readonly isWritable: boolean;
}

const OF_CONTACTS: readonly [string, DataAttribute['dataType'], boolean][] = [
  ['role', 'string', true],
  ['name', 'string', true],
  ['owner_id', 'integer', true],
  ['email', 'string', true],
  ['phone', 'string', true],
  ['external_id', 'string', true],
  ['avatar', 'string', true],
  ['signed_up_at', 'date', true],
  ['last_seen_at', 'date', true],
  ['last_contacted_at', 'date', false],
  ['created_at', 'date', false],
  ['unsubscribed_from_emails', 'boolean', true],
  ['has_hard_bounced', 'boolean', false],
  ['browser_language', 'string', false],
  ['location_data.country_name', 'string', false],
  ['location_data.region_name', 'string', false],
  ['location_data.city_name', 'string', false],
];

const OF_COMPANIES: readonly [string, DataAttribute['dataType'], boolean][] = [
  ['name', 'string', true],
  ['company_id', 'string', false],
  ['last_request_at', 'date', false],
  ['remote_created_at', 'date', true],
  ['user_count', 'integer', false],
  ['session_count', 'integer', false],
  ['plan.name', 'string', false],
  ['monthly_spend', 'float', true],
  ['size', 'integer', true],
  ['industry', 'string', true],
  ['website', 'string', true],
];

export const STANDARD_ATTRIBUTES: readonly StandardAttribute[] = [
  ...OF_CONTACTS.map(([fullName, dataType, isWritable]) => ({
    model: 'contact' as const,
    fullName,
    dataType,
    isWritable,
  })),
  ...OF_COMPANIES.map(([fullName, dataType, isWritable]) => ({
    model: 'company' as const,
    fullName,
    dataType,
    isWritable,
  })),
];

/** As `lisDataAttributes` shows it: without id, author and times. */
export function showStandardAttribute({ model, fullName, dataType, isWritable }: StandardAttribute) {
  return {
    type: 'data_attribute',
    name: fullName.slice(fullName.lastIndexOf('.') + 1),
    full_name: fullName,
    label: fullName,
    description: '',
    data_type: dataType,
    api_writable: isWritable,
    ui_writable: false,
    messenger_writable: true,
    custom: false,
    archived: false,
    model,
  };
}
