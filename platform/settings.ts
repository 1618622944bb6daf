import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { RefusedError } from './errors.ts';
import { defaultLeaseMs } from './process-lease.ts';
import { readYaml } from './read-yaml.ts';
import { hideSecret } from './redact.ts';

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

const settingsSchema = z.strictObject({
  database: z
    .strictObject({
      url: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
      /**
       * A process that could not renew its lease in the database for so long, because it or the database was stopped, changes nothing
       * in Intercom before it has it again; others go on with its work.
       */
      lease_ms: z.int().min(500).default(defaultLeaseMs),
    })
    .prefault({}),
  itop: z
    .strictObject({
      /**
       * Address and account of the REST API, all three or none: who has exported files alone states only the zone. With a token
       * the user is the account it belongs to, whose restrictions the audit looks up.
       */
      url: webAddress.optional(),
      user: z.string().min(1).optional(),
      password: z.string().min(1).optional(),
      /** Instead of the password: a personal or application token of iTop 3.1 and newer. */
      token: z.string().min(1).optional(),
      /** How name and password are shown to iTop: as form fields, or as HTTP Basic where only that login mode is permitted. */
      login: z.enum(['form', 'basic']).default('form'),
      /** Name and password that a web server in front of iTop asks for by HTTP Basic. */
      in_front: z.strictObject({ user: z.string().min(1), password: z.string().min(1) }).optional(),
      /** Zone in which iTop stores its dates: its own parameter `timezone`, which it does not tell over REST. */
      timezone,
      /** Other addresses under which people know this iTop: links to them in texts are links into iTop too. */
      addresses: z.array(z.url({ protocol: /^https?$/ })).optional(),
      in_flight: z.int().min(1).max(8).default(2),
      /** Pause of a reader between two requests. */
      pause_ms: z.int().min(0).default(0),
      /** Hours of the day at which iTop may be asked, on its own clock; at any hour when absent. Outside of them a run waits. */
      hours: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'must look like 20:00-06:00')
        .optional(),
      /** Windows of ids grow and shrink towards this size of an answer. */
      window_bytes: z.int().min(10_000).default(6_000_000),
      /** Most objects in one window. */
      window_ids: z.int().min(1).default(3_000),
      timeout_ms: z.int().min(100).default(120_000),
      /** How long iTop may be away before the run stops. */
      patience_ms: z.int().min(0).default(180_000),
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
    .optional(),
  intercom: z
    .strictObject({
      token: z.string().min(1),
      region: z.enum(['us', 'eu', 'au']).default('us'),
      /** Only for rehearsals: another address than the region's. */
      base_url: webAddress.optional(),
      in_flight: z.int().min(1).max(500).default(60),
      timeout_ms: z.int().min(10).default(60_000),
      /**
       * How long after its timeout a call without an answer may still take effect. No lost call is looked up or repeated before;
       * what takes effect later still is found at the end of the load and by reconcile.
       */
      lateness_ms: z.int().min(0).default(defaultLatenessMs),
      /** How long a created conversation may stay invisible to search: no create is repeated before. */
      search_lag_ms: z.int().min(0).default(300_000),
      /** Share of the rate limit left to the other integrations of the workspace. */
      reserve_share: z.number().min(0).max(0.9).default(0.2),
      /**
       * Largest body of a request, files in base64 included; what is bigger is handed off. Intercom states no limit: unless
       * given, what the canary saw accepted holds, else 20 MB.
       */
      body_limit_bytes: z.int().min(1_000_000).optional(),
      /** Whether a closed conversation gets its agent alone, or its team too at one call more. */
      assign_closed: z.enum(['agent', 'both']).default('agent'),
      /** E-mail of the teammate who stands in for authors without a teammate; the token's own admin when absent. */
      fallback_teammate: z.email().optional(),
      /** Region in which the data must lie, by contract or law; the audit refuses another one. */
      residency: z.enum(['us', 'eu', 'au']).optional(),
      /** Plan of the workspace: Intercom does not tell it. The audit compares it with what is mapped. */
      plan: z.enum(['essential', 'advanced', 'expert']).optional(),
    })
    .optional(),
  mapping: z
    .strictObject({
      /** Where the decisions stand that `map propose` writes and a person changes and confirms. */
      file: z.string().min(1).default('mapping.yaml'),
      /** A language model behind an OpenAI-compatible endpoint, to improve proposals for what is the site's own; off when absent. */
      model: z
        .strictObject({
          url: webAddress,
          name: z.string().min(1),
          key: z.string().min(1).optional(),
          timeout_ms: z.int().min(100).default(60_000),
        })
        .optional(),
    })
    .prefault({}),
  audit: z
    .strictObject({
      /** Days for which the audit, the signed set-up sheet and the confirmed silence permit loads and deltas. */
      sign_off_days: z.int().min(1).max(365).default(30),
    })
    .prefault({}),
  blobs: z
    .strictObject({
      /** Where the bytes of files are kept, by their hash; beside the embedded servers unless named. */
      directory: z.string().min(1).optional(),
      /** A directory with the files themselves (`Attachment/1.png`, `Attachment-1_name.png`), instead of iTop's REST API. */
      files: z.string().min(1).optional(),
      /** JSON list of files with the size they had in iTop, to tell a file without bytes from an empty one. */
      stated_sizes: z.string().min(1).optional(),
      /** Endings of names of files that must not go to Intercom: they are handed off as files (rule A3). */
      refused_types: z.array(z.string().regex(/^[a-z0-9]+$/, 'must look like exe')).default([]),
    })
    .prefault({}),
  kafka: z
    .strictObject({ brokers: z.array(z.string().regex(/^[^:]+:\d+$/, 'is not host:port')).default([]) })
    .prefault({}),
  delta: z
    .strictObject({
      /** Failed or blocked objects of a phase that neither close its gate nor make a delta red. */
      most_failures: z.int().min(0).default(0),
    })
    .prefault({}),
  report: z
    .strictObject({
      /** Where each phase of a load leaves its report, in a directory of the workspace. */
      directory: z.string().min(1).default('reports'),
    })
    .prefault({}),
  handoff: z
    .strictObject({
      /** Copy of iTop's data/datamodel-production.xml: lifecycles are told from it. */
      data_model: z.string().min(1).optional(),
    })
    .prefault({}),
  marker: z
    .strictObject({ wording: z.string().includes('{token}').default('Imported from iTop {ref} ({token})') })
    .prefault({}),
  snooze: z
    .strictObject({
      /** Until when pending tickets sleep. */
      until: z.iso.datetime({ offset: true }).optional(),
      spread_days: z.int().min(0).max(90).default(0),
    })
    .prefault({}),
  attachments: z
    .strictObject({
      /** What a file that goes with no message becomes: a note, or a comment that the customer sees (rule A1). */
      own_part: z.enum(['note', 'comment']).default('note'),
    })
    .prefault({}),
  /** Which tickets move (rule K10); what is absent leaves nothing out. Wins over the scope of the mapping. */
  scope: z
    .strictObject({
      /** Tickets opened before this day stay behind. */
      since: z.iso.date().optional(),
      /** Tickets opened on or after this day stay behind. */
      until: z.iso.date().optional(),
      classes: z.array(z.enum(['UserRequest', 'Incident'])).optional(),
      organizations: z.array(z.string().regex(/^Organization::\d+$/, 'is not a key like Organization::3')).optional(),
      statuses: z.array(z.string().min(1)).optional(),
    })
    .prefault({}),
});

type DeepReadonly<T> = { readonly [K in keyof T]: DeepReadonly<T[K]> };

/** Everything a command can be configured with, validated and frozen. */
export type Settings = DeepReadonly<z.infer<typeof settingsSchema>>;
type ItopSection = NonNullable<Settings['itop']>;
/** How iTop is asked: address and account are there. */
export type ItopSettings = ItopSection & Readonly<Record<'url' | 'user', string>>;
export type IntercomSettings = NonNullable<Settings['intercom']>;

/** Environment variables and the setting each one gives; the environment wins over the file. */
const variables: readonly (readonly [string, readonly [string, string], string])[] = [
  ['DATABASE_URL', ['database', 'url'], 'postgres://user:password@db.example:5432/staging'],
  ['ITOP_URL', ['itop', 'url'], 'https://itop.example/'],
  ['ITOP_USER', ['itop', 'user'], 'migration'],
  ['ITOP_PASSWORD', ['itop', 'password'], "(the account's password)"],
  ['ITOP_TOKEN', ['itop', 'token'], '(instead of the password: a token of iTop 3.1 or newer)'],
  ['ITOP_TIMEZONE', ['itop', 'timezone'], 'Europe/Paris'],
  ['INTERCOM_TOKEN', ['intercom', 'token'], '(an access token of a private app)'],
  ['INTERCOM_REGION', ['intercom', 'region'], 'eu'],
  ['KAFKA_BROKERS', ['kafka', 'brokers'], 'kafka1.example:9092,kafka2.example:9092'],
];

export interface SettingsSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Configuration file named by the user; `itop-to-intercom.yaml` of the working directory is read when it exists. */
  readonly file?: string;
}

/**
 * Reads the configuration file and the environment and checks both as one.
 *
 * Throws RefusedError that lists every fault at once, each with the setting, the variable and an example.
 */
export function loadSettings(source: SettingsSource): Settings {
  const raw = readFile(source.file);
  for (const [variable, [section, name]] of variables) {
    const value = source.environment[variable];
    if (value === undefined || value === '') continue;
    const values = raw[section] ?? {};
    raw[section] = values;
    if (typeof values === 'object' && values !== null) {
      (values as Record<string, unknown>)[name] =
        variable === 'KAFKA_BROKERS' ? value.split(',').map((b) => b.trim()) : value;
    }
  }
  const parsed = settingsSchema.safeParse(raw);
  if (parsed.success) {
    hideSecretsOf(parsed.data);
    return deepFreeze(parsed.data);
  }
  const faults = parsed.error.issues.map((issue) => `  ${describeFault(issue.path.map(String), issue.message)}`);
  throw new RefusedError(
    `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.join('\n')}`,
    {
      stage: 'configuration',
      nextStep: `Correct ${source.file ?? defaultFile} or the environment and run the command again.`,
    },
  );
}

/** What a server may send back in an answer is hidden before it is shown or stored. */
function hideSecretsOf({ itop, intercom, mapping, database }: z.infer<typeof settingsSchema>): void {
  hideSecret(itop?.password);
  hideSecret(itop?.token);
  hideSecret(itop?.in_front?.password);
  hideSecret(intercom?.token);
  hideSecret(mapping.model?.key);
  if (database.url !== undefined) hideSecret(decodeURIComponent(new URL(database.url).password));
}

/** The iTop section; RefusedError naming the variables when it is not configured. */
export function requireItop(settings: Settings): ItopSettings {
  const { itop } = settings;
  if (itop !== undefined && canBeAsked(itop)) return itop;
  throw missingSection('iTop', ['ITOP_URL', 'ITOP_USER', 'ITOP_PASSWORD', 'ITOP_TIMEZONE']);
}

/** Whether there is an iTop to ask, or files alone. */
export function canBeAsked(itop: ItopSection): itop is ItopSettings {
  return itop.url !== undefined && itop.user !== undefined && (itop.password ?? itop.token) !== undefined;
}

/** Zone of iTop's dates, which exported files do not tell either; RefusedError naming the variable when it is not configured. */
export function requireTimezone(settings: Settings): string {
  if (settings.itop !== undefined) return settings.itop.timezone;
  throw missingSection("The time zone of iTop's dates", ['ITOP_TIMEZONE']);
}

/** The Intercom section; RefusedError naming the variables when it is not configured. */
export function requireIntercom(settings: Settings): IntercomSettings {
  if (settings.intercom !== undefined) return settings.intercom;
  throw missingSection('Intercom', ['INTERCOM_TOKEN', 'INTERCOM_REGION']);
}

const defaultFile = 'itop-to-intercom.yaml';

function readFile(named: string | undefined): Record<string, Record<string, unknown> | undefined> {
  const path = resolve(named ?? defaultFile);
  if (named === undefined && !existsSync(path)) return {};
  const detail = { stage: 'configuration', nextStep: 'Correct the file, or name another one with --config.' };
  const name = `The configuration file ${path}`;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new RefusedError(`${name} cannot be read: ${(error as Error).message}`, { ...detail, cause: error });
  }
  const content = readYaml(text, { name, ...detail }) ?? {};
  if (typeof content !== 'object' || Array.isArray(content))
    throw new RefusedError(`${name} cannot be read: it holds no sections`, detail);
  return structuredClone(content) as Record<string, Record<string, unknown>>;
}

function describeFault(path: readonly string[], message: string): string {
  const variable = variables.find(([, target]) => target[0] === path[0] && target[1] === path[1]);
  const hint = variable === undefined ? '' : ` (environment: ${variable[0]}, example: ${variable[2]})`;
  return `${path.join('.') || 'file'}: ${message}${hint}`;
}

function missingSection(system: string, names: readonly string[]): RefusedError {
  const examples = variables
    .filter(([name]) => names.includes(name))
    .map(([name, , example]) => `  ${name}=${example}`);
  return new RefusedError(`${system} is not configured.`, {
    stage: 'configuration',
    nextStep: `Set in the environment or in ${defaultFile}:\n${examples.join('\n')}`,
  });
}

function deepFreeze<T>(value: T): DeepReadonly<T> {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value as DeepReadonly<T>;
}
