import type pg from 'pg';
import { z } from 'zod';
import { warehouse } from '../../platform/warehouse.ts';
import { addressesIn } from '../render/addressed-names.ts';
import { type ItopAddresses, rewriteAddresses, withoutPictureSecrets } from '../render/itop-addresses.ts';
import { renderBody } from '../render/render-body.ts';

/** What is known when values of iTop are written for people. */
export interface Reader {
  /** Whether an attribute, `Class.attribute`, holds HTML by iTop's data model. */
  isHtml(name: string): boolean;
  /** What the addresses of iTop in these values are called; asked once for many rows. */
  addressesIn(values: unknown): Promise<ItopAddresses>;
}

export async function openReader(client: pg.ClientBase): Promise<Reader> {
  const [html, [setting]] = [
    await warehouse(client).selectFrom('staging.html_attribute').select(['class', 'attribute']).execute(),
    await warehouse(client).selectFrom('ops.setting').select('itop_hosts').execute(),
  ];
  const htmlNames = new Set(html.map((row) => `${row.class}.${row.attribute}`));
  const hosts = setting?.itop_hosts == null ? undefined : new Set(setting.itop_hosts);
  return {
    isHtml: (name) => htmlNames.has(name),
    addressesIn: (values) => addressesIn(client, stringsIn(values), hosts),
  };
}

const caseLog = z.object({
  entries: z.array(
    z.object({
      date: z.string().nullish(),
      user_login: z.string().nullish(),
      message: z.string().nullish(),
      message_html: z.string().nullish(),
    }),
  ),
});

/**
 * A value as a person reads it: logs entry by entry, HTML as text with what its rendering lost; any other text as it stands.
 * Addresses of iTop's objects become what people call these, and those of pasted pictures, which open without a login, go nowhere (rule T8).
 */
export function readableValue(value: unknown, isHtml: boolean, addresses: ItopAddresses): unknown {
  const log = caseLog.safeParse(value);
  if (log.success) {
    const entries = log.data.entries.map(({ date, user_login, message, message_html }) => {
      const text = message?.trim() ? named(message, addresses) : asText(message_html ?? '', addresses);
      return `${date ?? ''} ${named(user_login ?? '', addresses)}: ${text}`.trim();
    });
    return entries.join('\n\n');
  }
  if (Array.isArray(value)) {
    const entries: unknown[] = withObjectsNamed(value, addresses);
    return entries.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(', ');
  }
  return isHtml && typeof value === 'string' ? asText(value, addresses) : withObjectsNamed(value, addresses);
}

/** Any value with the addresses of iTop in its texts replaced. */
export function withObjectsNamed<T>(value: T, addresses: ItopAddresses): T {
  return mapStrings(value, (text) => named(text, addresses)) as T;
}

/** Any value without the addresses of pasted pictures; all else stays as iTop holds it. */
export function withoutSecrets<T>(value: T): T {
  return mapStrings(value, withoutPictureSecrets) as T;
}

function asText(source: string, addresses: ItopAddresses): string {
  const { text, losses } = renderBody({ format: 'html', source }, addresses);
  // In the place of an address stands the name of what it leads to.
  const lost = losses.filter(({ kind }) => kind !== 'itop_address');
  return [text, ...lost.map(({ kind, detail }) => `[lost: ${kind}${detail === '' ? '' : ` ${detail}`}]`)].join('\n');
}

function named(text: string, addresses: ItopAddresses): string {
  return withoutPictureSecrets(rewriteAddresses('text', text, addresses).source);
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => mapStrings(one, change));
  if (typeof value !== 'object' || value === null || value instanceof Date || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapStrings(one, change)]));
}

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null && !(value instanceof Date) && !Buffer.isBuffer(value))
    for (const one of Object.values(value)) yield* stringsIn(one);
}
