import type { NotNull } from 'kysely';
import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';

interface Target {
  readonly sla_key: string;
  readonly sla_name: string | null;
  readonly provider: string | null;
  readonly metric: string | null;
  readonly request_type: string | null;
  readonly priority: string | null;
  readonly minutes: number | null;
}

export interface SlaDocument {
  readonly name: string;
  readonly provider: string | null;
  readonly coverage: readonly { readonly customer: string | null; readonly service: string | null }[];
  readonly targets: readonly Omit<Target, 'sla_key' | 'sla_name' | 'provider'>[];
}

/** The service levels as one document a program can read. */
export async function readSlas(client: pg.ClientBase): Promise<SlaDocument[]> {
  const targets = await warehouse(client)
    .selectFrom('handoff.sla_target')
    .select([
      'sla_key',
      'sla_name',
      'provider',
      'metric',
      'request_type',
      'priority',
      sql<Target['minutes']>`minutes::float8`.as('minutes'),
    ])
    .orderBy('sla_name')
    .orderBy('sla_key')
    .orderBy('metric')
    .orderBy('request_type')
    .orderBy('minutes')
    .orderBy('sla_target_key')
    .execute();
  const coverage = await warehouse(client)
    .selectFrom('handoff.sla_coverage')
    .distinct()
    .select(['sla_name', 'customer', 'service_name as service'])
    .$narrowType<{ sla_name: NotNull }>()
    .where('sla_name', 'is not', null)
    .orderBy('sla_name')
    .orderBy('customer')
    .orderBy('service')
    .execute();
  const byKey = Map.groupBy(targets, (target) => target.sla_key);
  return [...byKey.values()].map((rows) => ({
    name: rows[0]?.sla_name ?? '',
    provider: rows[0]?.provider ?? null,
    coverage: coverage
      .filter((row) => row.sla_name === rows[0]?.sla_name)
      .map(({ customer, service }) => ({ customer, service })),
    targets: rows.map(({ metric, request_type, priority, minutes }) => ({ metric, request_type, priority, minutes })),
  }));
}

/** The guide by which a person sets the service levels up. */
export function slaGuide(slas: readonly SlaDocument[]): string {
  const parts = [
    '# Setting up service levels in Intercom',
    '',
    'iTop measures two times: **time to own** (tto, until an agent takes the ticket) and **time to resolve** (ttr, until it is resolved), by',
    'kind of ticket and priority. Intercom measures **first response**, **next response** and **time to close** (or time to resolve, for tickets),',
    'and applies an SLA from a workflow. Intercom has no API for them: they are made by hand.',
    '',
    '1. Settings > Workspace > Office hours: enter the hours that count, before any SLA.',
    '2. Settings > Helpdesk > SLAs: create one SLA for each row below. Time to own becomes *first response time*, time to resolve becomes *time to close*.',
    '3. Workflows: when a conversation opens, branch on the attribute `priority` (and on company, where customers differ), apply the SLA of that row.',
    '4. Let conversations that wait for the customer stand still ("pause while snoozed"): iTop does the same while a ticket is pending.',
    '5. Migrated conversations carry no SLA: their deadlines and breaches are listed in their record notes.',
  ];
  if (slas.length === 0) parts.push('', 'iTop holds no service levels.');
  for (const sla of slas) {
    parts.push('', `## ${line(sla.name)}`, '');
    const covered = sla.coverage.map(
      (c) => `${line(c.customer ?? 'every customer')} (${line(c.service ?? 'every service')})`,
    );
    parts.push(
      covered.length === 0
        ? 'No customer contract names it: ask before setting it up.'
        : `Applies to: ${covered.join('; ')}.`,
      '',
    );
    parts.push('| kind | priority | first response within | close within |', '|---|---|---|---|');
    const rows = Map.groupBy(sla.targets, (target) => `${target.request_type}\u0000${target.priority}`);
    for (const targets of rows.values()) {
      const within = (metric: string): string =>
        targets
          .filter((target) => target.metric === metric)
          .map((target) => duration(target.minutes))
          .join(', ') || '-';
      parts.push(
        `| ${line(targets[0]?.request_type ?? '')} | ${line(targets[0]?.priority ?? '')} | ${within('tto')} | ${within('ttr')} |`,
      );
    }
  }
  return `${parts.join('\n')}\n`;
}

/** Minutes as people say them. Never in days: only office hours count, and a day of them is no 24 hours. */
export function duration(minutes: number | null): string {
  if (minutes === null) return 'not a number in iTop';
  if (minutes % 60 === 0 && minutes > 0) return plural(minutes / 60, 'hour');
  return plural(minutes, 'minute');
}

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** A name from iTop on one line of Markdown, so that it can become nothing but text. */
const line = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\|`*_<>[\]]/g, '\\$&');
