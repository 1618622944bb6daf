import { z } from 'zod';
import { defaultLeaseMs } from './process-lease.ts';

/*
 * Every setting with what it means. docs/configuration.md, the example file and the list of environment variables are made from
 * it: a setting is described here and nowhere else.
 */

const timezone = z.string().refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC', {
  error: 'is not a time zone name; example: Europe/Paris',
});

/**
 * Two minutes. Intercom states no bound. Gateways usually give a request up after a minute, so whoever still works on one that
 * our own timeout ended has given it up by then.
 */
export const defaultLatenessMs = 120_000;

/** An address that is shown in reports and hand-offs: credentials in it would be shown too. */
const webAddress = z.url({ protocol: /^https?$/ }).refine((address) => !/^[a-z]+:\/\/[^/?#]*@/i.test(address), {
  error: 'holds a user or password before the "@"; write it without, and set user and password by their own names',
});

/** What is known of a setting besides its type. */
export interface SettingMeta {
  readonly description: string;
  /** A value to show; by default that of the setting's default. */
  readonly example?: unknown;
  /** Environment variable that gives the setting too, and wins over the file. */
  readonly environment?: string;
  /** Hidden wherever it would be printed or stored. */
  readonly isSecret?: boolean;
  /** Setting of the same section that this one replaces: only one of both may be set. */
  readonly insteadOf?: string;
}

const said = (
  description: string,
  more: Omit<SettingMeta, 'description'> = {},
): SettingMeta & Record<string, unknown> => ({
  description,
  ...more,
});

/** The sections of the configuration file. Throws nothing: `safeParse` lists all faults. */
export const settingsSchema = z.strictObject({
  database: z
    .strictObject({
      url: z
        .url({ protocol: /^postgres(ql)?$/ })
        .optional()
        .meta(
          said('Warehouse, Postgres 16 or newer. The embedded server is used when absent.', {
            example: 'postgres://user:password@db.example:5432/staging',
            environment: 'DATABASE_URL',
            isSecret: true,
          }),
        ),
      lease_ms: z
        .int()
        .min(500)
        .default(defaultLeaseMs)
        .meta(
          said(
            'A process that could not renew its lease in the database for so long, because it or the database was stopped, changes nothing in Intercom until it has the lease again. Other processes take over its work.',
          ),
        ),
    })
    .prefault({})
    .meta(said('The warehouse.')),
  itop: z
    .strictObject({
      url: webAddress
        .optional()
        .meta(
          said(
            'Address of iTop. `url`, `user` and `password` (or `token`) belong together: set all three, or none where iTop is known by exported files only.',
            { example: 'https://itop.example/', environment: 'ITOP_URL' },
          ),
        ),
      user: z
        .string()
        .min(1)
        .optional()
        .meta(
          said(
            'Account with the profile "REST Services User", best an administrator: only then the history can be read.',
            {
              example: 'migration',
              environment: 'ITOP_USER',
            },
          ),
        ),
      password: z
        .string()
        .min(1)
        .optional()
        .meta(
          said('Password of the account.', {
            example: "(the account's password)",
            environment: 'ITOP_PASSWORD',
            isSecret: true,
          }),
        ),
      token: z
        .string()
        .min(1)
        .optional()
        .meta(
          said(
            'A personal or application token of iTop 3.1 and newer. `user` is then the account it belongs to, whose restrictions the audit looks up.',
            {
              example: '(instead of the password: a token of iTop 3.1 or newer)',
              environment: 'ITOP_TOKEN',
              isSecret: true,
              insteadOf: 'password',
            },
          ),
        ),
      login: z
        .enum(['form', 'basic'])
        .default('form')
        .meta(
          said(
            'How name and password are shown to iTop: as form fields, or as HTTP Basic where only that login mode is permitted.',
          ),
        ),
      in_front: z
        .strictObject({
          user: z
            .string()
            .min(1)
            .meta(said('Name that the web server asks for.', { example: 'gateway' })),
          password: z
            .string()
            .min(1)
            .meta(said('Password that the web server asks for.', { example: '(its password)', isSecret: true })),
        })
        .optional()
        .meta(said('Name and password that a web server in front of iTop asks for by HTTP Basic.')),
      timezone: timezone.meta(
        said("Zone in which iTop stores its dates: iTop's own parameter `timezone`. Its dates carry no zone.", {
          example: 'Europe/Paris',
          environment: 'ITOP_TIMEZONE',
        }),
      ),
      addresses: z
        .array(z.url({ protocol: /^https?$/ }))
        .optional()
        .meta(
          said('Other addresses under which people know this iTop: links to them in texts are links into iTop too.', {
            example: ['https://helpdesk.example/'],
          }),
        ),
      in_flight: z.int().min(1).max(8).default(2).meta(said('Requests to iTop at the same time.')),
      pause_ms: z.int().min(0).default(0).meta(said('Pause of a reader between two requests.')),
      hours: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'must look like 20:00-06:00')
        .optional()
        .meta(
          said(
            "Hours of the day at which iTop may be asked, on iTop's clock. Outside of them a run waits. Any hour when absent.",
            {
              example: '20:00-06:00',
            },
          ),
        ),
      window_bytes: z
        .int()
        .min(10_000)
        .default(6_000_000)
        .meta(said('Windows of ids grow and shrink towards this size of an answer.')),
      window_ids: z.int().min(1).default(3_000).meta(said('Most objects in one window.')),
      timeout_ms: z.int().min(100).default(120_000).meta(said('How long an answer of iTop may take.')),
      patience_ms: z.int().min(0).default(180_000).meta(said('How long iTop may be away before the run stops.')),
    })
    .superRefine((itop, context) => {
      const fault = (name: string, message: string): void =>
        context.addIssue({ code: 'custom', path: [name], message });
      if (itop.token !== undefined && itop.password !== undefined)
        fault('token', 'is set beside a password; set one of them');
      if (itop.login === 'basic' && itop.in_front !== undefined)
        fault('in_front', 'needs the header that "login: basic" needs too; use "login: form" or a token');
      if (itop.login === 'basic' && itop.password?.includes(':') === true)
        fault('password', 'holds a colon, which iTop cannot read by "login: basic"; use "login: form"');
      const account = itop.token === undefined ? (['url', 'user', 'password'] as const) : (['url', 'user'] as const);
      const missing = account.filter((name) => itop[name] === undefined);
      if (missing.length === account.length && itop.token === undefined) return;
      for (const name of missing) fault(name, 'is not set');
    })
    .optional()
    .meta(said('The iTop that is read. The commands that read it need this section.')),
  intercom: z
    .strictObject({
      token: z
        .string()
        .min(1)
        .meta(
          said('Access token of a private app of the workspace.', {
            example: '(an access token of a private app)',
            environment: 'INTERCOM_TOKEN',
            isSecret: true,
          }),
        ),
      region: z
        .enum(['us', 'eu', 'au'])
        .default('us')
        .meta(said('Region that hosts the workspace.', { example: 'eu', environment: 'INTERCOM_REGION' })),
      base_url: webAddress
        .optional()
        .meta(said("Only for rehearsals: another address than the region's.", { example: 'http://127.0.0.1:8080' })),
      in_flight: z.int().min(1).max(500).default(60).meta(said('Calls to Intercom at the same time.')),
      timeout_ms: z
        .int()
        .min(10)
        .default(60_000)
        .meta(said('How long an answer of Intercom may take. After it, the call counts as lost and is looked up.')),
      lateness_ms: z
        .int()
        .min(0)
        .default(defaultLatenessMs)
        .meta(
          said(
            'How long after its timeout a call without an answer may still take effect. No lost call is looked up or repeated before; what takes effect later still is found at the end of the load and by reconcile.',
          ),
        ),
      search_lag_ms: z
        .int()
        .min(0)
        .default(300_000)
        .meta(said('How long a created conversation may stay invisible to search: no create is repeated before.')),
      reserve_share: z
        .number()
        .min(0)
        .max(0.9)
        .default(0.2)
        .meta(said('Share of the rate limit left to the other integrations of the workspace.')),
      body_limit_bytes: z
        .int()
        .min(1_000_000)
        .optional()
        .meta(
          said(
            'Largest body of a request, files in base64 included; what is bigger is handed off. Intercom states no limit: when absent, what the canary saw accepted holds, else 20 MB.',
            { example: 20_000_000 },
          ),
        ),
      assign_closed: z
        .enum(['agent', 'both'])
        .default('agent')
        .meta(said('Whether a closed conversation gets its agent alone, or its team too at one call more.')),
      fallback_teammate: z
        .email()
        .optional()
        .meta(
          said(
            "E-mail of the teammate who stands in for authors without a teammate; the token's own admin when absent.",
            {
              example: 'migration@example.com',
            },
          ),
        ),
      residency: z
        .enum(['us', 'eu', 'au'])
        .optional()
        .meta(
          said('Region in which the data must lie, by contract or law. The audit refuses another one.', {
            example: 'eu',
          }),
        ),
      plan: z
        .enum(['essential', 'advanced', 'expert'])
        .optional()
        .meta(
          said('Plan of the workspace: the API does not return it. The audit compares it with what is mapped.', {
            example: 'expert',
          }),
        ),
    })
    .optional()
    .meta(said('The workspace that is loaded. The commands that load or compare need this section.')),
  mapping: z
    .strictObject({
      file: z
        .string()
        .min(1)
        .default('mapping.yaml')
        .meta(said('File of the decisions that `map propose` writes and a person changes and confirms.')),
      model: z
        .strictObject({
          url: webAddress.meta(said('Address of the endpoint.', { example: 'https://models.example/v1' })),
          name: z
            .string()
            .min(1)
            .meta(said('Name of the model.', { example: 'small-model' })),
          key: z
            .string()
            .min(1)
            .optional()
            .meta(said('API key of the endpoint.', { example: '(an API key)', isSecret: true })),
          timeout_ms: z.int().min(100).default(60_000).meta(said('How long an answer of the model may take.')),
        })
        .optional()
        .meta(
          said(
            "A language model behind an OpenAI-compatible endpoint, to improve proposals for the site's own classes and attributes. Off when absent.",
          ),
        ),
    })
    .prefault({})
    .meta(said('What becomes of classes, attributes and values.')),
  audit: z
    .strictObject({
      sign_off_days: z
        .int()
        .min(1)
        .max(365)
        .default(30)
        .meta(
          said('Days for which the audit, the signed set-up sheet and the confirmed canary permit loads and deltas.'),
        ),
    })
    .prefault({})
    .meta(said('The checks before a load.')),
  blobs: z
    .strictObject({
      directory: z
        .string()
        .min(1)
        .optional()
        .meta(
          said('Directory of the bytes of files, stored by their hash; in the cache directory when absent.', {
            example: '/var/lib/itop-to-intercom/blobs',
          }),
        ),
      files: z
        .string()
        .min(1)
        .optional()
        .meta(
          said(
            "A directory with the files themselves (`Attachment/1.png`, `Attachment-1_name.png`), read instead of iTop's REST API.",
            { example: 'exports/files' },
          ),
        ),
      stated_sizes: z
        .string()
        .min(1)
        .optional()
        .meta(
          said(
            'JSON list of files with the size they had in iTop, to distinguish a file without bytes from an empty one.',
            {
              example: 'exports/sizes.json',
            },
          ),
        ),
      refused_types: z
        .array(z.string().regex(/^[a-z0-9]+$/, 'must look like exe'))
        .default([])
        .meta(
          said('File name endings that must not go to Intercom: such files are handed off (rule A3).', {
            example: ['exe', 'bat'],
          }),
        ),
    })
    .prefault({})
    .meta(said('Attachments and pictures.')),
  kafka: z
    .strictObject({
      brokers: z
        .array(z.string().regex(/^[^:]+:\d+$/, 'is not host:port'))
        .default([])
        .meta(
          said('Brokers through which the records go. When empty, extraction lands them in the warehouse itself.', {
            example: ['kafka1.example:9092', 'kafka2.example:9092'],
            environment: 'KAFKA_BROKERS',
          }),
        ),
    })
    .prefault({})
    .meta(said('The topics between extraction and landing.')),
  delta: z
    .strictObject({
      max_failures: z
        .int()
        .min(0)
        .default(0)
        .meta(said('Failed or blocked objects of a phase that neither close its gate nor make a delta red.')),
    })
    .prefault({})
    .meta(said('Repeated runs after the full load.')),
  log: z
    .strictObject({
      file: z
        .string()
        .min(1)
        .optional()
        .meta(
          said(
            'File to which events are appended, one line of JSON each: runs, steps, errors, with times and counts. `/dev/stderr` where a container collects it. No log when absent.',
            { example: 'itop-to-intercom.log' },
          ),
        ),
      level: z
        .enum(['debug', 'info', 'warn', 'error'])
        .default('info')
        .meta(said('Least severe events that are logged.')),
    })
    .prefault({})
    .meta(said('The log for machines; what a person reads is printed.')),
  metrics: z
    .strictObject({
      textfile: z
        .string()
        .min(1)
        .optional()
        .meta(
          said(
            "File to which every command writes the state of the migration when it ends, for the textfile collector of Prometheus' node exporter. None when absent.",
            { example: '/var/lib/node_exporter/itop_to_intercom.prom' },
          ),
        ),
      listen: z
        .string()
        .regex(/^.+:\d{1,5}$/, 'is not host:port')
        .optional()
        .meta(
          said(
            'Address at which extract, land, load, delta, rollback and console serve the metrics for as long as they run, at /metrics, without a password: anything but 127.0.0.1 belongs behind a firewall. Not served when absent.',
            { environment: 'METRICS_LISTEN', example: '127.0.0.1:9464' },
          ),
        ),
    })
    .prefault({})
    .meta(said('Metrics for Prometheus, read from the warehouse.')),
  report: z
    .strictObject({
      directory: z
        .string()
        .min(1)
        .default('reports')
        .meta(said('Where each phase of a load writes its report, in a directory of the workspace.')),
    })
    .prefault({})
    .meta(said('Reports.')),
  handoff: z
    .strictObject({
      data_model: z
        .string()
        .min(1)
        .optional()
        .meta(
          said("Copy of iTop's `data/datamodel-production.xml`: types, labels and lifecycles are read from it.", {
            example: 'datamodel-production.xml',
          }),
        ),
    })
    .prefault({})
    .meta(said('What people rebuild in Intercom by hand.')),
  marker: z
    .strictObject({
      wording: z
        .string()
        .includes('{token}')
        .default('Imported from iTop {ref} ({token})')
        .meta(
          said(
            'Line in the opening of a conversation by which it is found again. `{token}` is required; `{ref}` is the ticket number.',
          ),
        ),
    })
    .prefault({})
    .meta(said('How loaded conversations are recognised.')),
  snooze: z
    .strictObject({
      until: z.iso
        .datetime({ offset: true })
        .optional()
        .meta(said('Until when conversations of pending tickets are snoozed.', { example: '2027-01-04T08:00:00Z' })),
      spread_days: z
        .int()
        .min(0)
        .max(90)
        .default(0)
        .meta(said('Days after `until` over which they are spread, so that not all wake up on one morning.')),
    })
    .prefault({})
    .meta(said('Pending tickets.')),
  attachments: z
    .strictObject({
      own_part: z
        .enum(['note', 'comment'])
        .default('note')
        .meta(
          said(
            'What a file that belongs to no message becomes: a note, or a comment that the customer sees (rule A1).',
          ),
        ),
    })
    .prefault({})
    .meta(said('Files of tickets.')),
  scope: z
    .strictObject({
      since: z.iso
        .date()
        .optional()
        .meta(said('Tickets opened before this day stay behind.', { example: '2022-01-01' })),
      until: z.iso
        .date()
        .optional()
        .meta(said('Tickets opened on or after this day stay behind.', { example: '2027-01-01' })),
      classes: z
        .array(z.enum(['UserRequest', 'Incident']))
        .optional()
        .meta(said('Classes of tickets that move; all when absent.', { example: ['UserRequest', 'Incident'] })),
      organizations: z
        .array(z.string().regex(/^Organization::\d+$/, 'is not a key like Organization::3'))
        .optional()
        .meta(said('Customers whose tickets move; all when absent.', { example: ['Organization::3'] })),
      statuses: z
        .array(z.string().min(1))
        .optional()
        .meta(
          said('Statuses of iTop whose tickets move; all when absent.', { example: ['new', 'assigned', 'closed'] }),
        ),
    })
    .prefault({})
    .meta(said('Which tickets move (rule K10). Wins over the scope of the mapping.')),
});
