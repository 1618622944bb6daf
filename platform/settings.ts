import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { RefusedError } from './errors.ts';
import { readYaml } from './read-yaml.ts';
import { hideSecret } from './redact.ts';
import { describedSettings, environmentExample } from './settings-reference.ts';
import { settingsSchema } from './settings-schema.ts';

type DeepReadonly<T> = { readonly [K in keyof T]: DeepReadonly<T[K]> };

/** Everything a command can be configured with, validated and frozen. */
export type Settings = DeepReadonly<z.infer<typeof settingsSchema>>;
type ItopSection = NonNullable<Settings['itop']>;
/** How iTop is asked: address and account are there. */
export type ItopSettings = ItopSection & Readonly<Record<'url' | 'user', string>>;
export type IntercomSettings = NonNullable<Settings['intercom']>;

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
  for (const setting of describedSettings()) {
    const value = setting.environment === undefined ? undefined : source.environment[setting.environment];
    const [section, name] = setting.path;
    if (value === undefined || value === '' || section === undefined || name === undefined) continue;
    const values = raw[section] ?? {};
    raw[section] = values;
    // Where the file holds something else than a section, the check below says so.
    if (typeof values === 'object' && values !== null)
      values[name] = Array.isArray(setting.defaultValue) ? value.split(',').map((one) => one.trim()) : value;
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
function hideSecretsOf(settings: object): void {
  for (const { path, isSecret } of describedSettings()) {
    if (isSecret !== true) continue;
    const value = path.reduce<unknown>(
      (section, name) => (section as Record<string, unknown> | undefined)?.[name],
      settings,
    );
    if (typeof value !== 'string') continue;
    // Of an address the password alone is secret. Whether it is one, its name says: many a password can be read as an address too.
    hideSecret(path.at(-1) === 'url' ? passwordIn(value) : value);
  }
}

function passwordIn(address: string): string {
  const { password } = new URL(address);
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
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
  const setting = describedSettings().find((one) => one.path.join('.') === path.slice(0, 2).join('.'));
  const hint =
    setting?.environment === undefined
      ? ''
      : ` (environment: ${setting.environment}, example: ${environmentExample(setting)})`;
  return `${path.join('.') || 'file'}: ${message}${hint}`;
}

function missingSection(system: string, names: readonly string[]): RefusedError {
  const examples = describedSettings()
    .filter(({ environment }) => environment !== undefined && names.includes(environment))
    .map((setting) => `  ${setting.environment}=${environmentExample(setting)}`);
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
