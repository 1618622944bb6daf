import { stringify } from 'yaml';
import { z } from 'zod';
import type { SettingMeta } from './settings/setting.ts';
import { settingsSchema } from './settings-schema.ts';

/** One setting or section as its schema describes it. */
export interface DescribedSetting extends SettingMeta {
  /** Names from the outermost section to the setting. */
  readonly path: readonly string[];
  readonly isSection: boolean;
  /** What a value may be, in words. */
  readonly values: string;
  readonly isRequired: boolean;
  readonly defaultValue: unknown;
}

interface JsonSchema extends SettingMeta {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

let described: readonly DescribedSetting[] | undefined;

/** Sections and settings in the order of the schema, each section before what it holds. */
export function describedSettings(): readonly DescribedSetting[] {
  described ??= describe(z.toJSONSchema(settingsSchema, { io: 'input' }) as unknown as JsonSchema, []);
  return described;
}

function describe(section: JsonSchema, path: readonly string[]): DescribedSetting[] {
  return Object.entries(section.properties ?? {}).flatMap(([name, schema]) => {
    const own = [...path, name];
    const { description, example, environment, isSecret, insteadOf, properties } = schema;
    return [
      {
        path: own,
        description,
        isSection: properties !== undefined,
        values: valuesOf(schema),
        isRequired: section.required?.includes(name) === true,
        defaultValue: schema.default,
        ...(example === undefined ? {} : { example }),
        ...(environment === undefined ? {} : { environment }),
        ...(isSecret === undefined ? {} : { isSecret }),
        ...(insteadOf === undefined ? {} : { insteadOf }),
      },
      ...describe(schema, own),
    ];
  });
}

const formats: Readonly<Record<string, string>> = {
  uri: 'address',
  email: 'e-mail address',
  date: 'day',
  'date-time': 'time with its zone',
};

function valuesOf({ type, items, enum: names, format, minimum, maximum }: JsonSchema): string {
  if (items !== undefined) return `list: ${valuesOf(items)}`;
  if (names !== undefined) return names.map((name) => `\`${name}\``).join(', ');
  if (type === 'string') return formats[format ?? ''] ?? 'text';
  const kind = type === 'integer' ? 'whole number' : 'number';
  const hasMost = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (minimum === undefined) return kind;
  return hasMost ? `${kind}, ${minimum} to ${maximum}` : `${kind}, at least ${minimum}`;
}

/** Environment variables that are read besides those of settings. */
const otherVariables = [
  {
    name: 'XDG_CACHE_HOME',
    meaning:
      "Parent of the cache directory (`itop-to-intercom`): the embedded Postgres, a rehearsal's files, and compiled modules.",
    whenAbsent: '`~/.cache`, for root `/var/cache`',
  },
  {
    name: 'HTTPS_PROXY',
    meaning: 'Proxy for iTop and Intercom, also `HTTP_PROXY`. What runs on this machine is never asked through it.',
    whenAbsent: 'no proxy',
  },
  { name: 'NO_PROXY', meaning: 'Hosts that are asked without the proxy.', whenAbsent: 'none' },
  {
    name: 'NODE_EXTRA_CA_CERTS',
    meaning: 'File of the certificates of a private certificate authority, in PEM form.',
    whenAbsent: "Node's own authorities",
  },
];

/** All settings and environment variables as a page of Markdown. */
export function configurationReference(): string {
  const all = describedSettings();
  const settings = all.filter((one) => !one.isSection);
  const variables = settings.filter((one) => one.environment !== undefined);
  return [
    '# Configuration',
    '',
    '<!-- Made from platform/settings/ by: npx vitest run tests/unit/settings-reference.test.ts -u -->',
    '',
    'Every command reads `itop-to-intercom.yaml` in the working directory, or the file that `--config` names, and the environment.',
    'The environment wins over the file. A setting that is unknown or wrong is refused (exit code 2), and all faults are listed at once.',
    '[itop-to-intercom.example.yaml](itop-to-intercom.example.yaml) holds every setting, to be copied and changed.',
    'Keep secrets in the environment, or make the file readable for its owner alone (`chmod 600`).',
    '',
    'Relative paths start at the working directory. Times that end in `_ms` are milliseconds.',
    '',
    '## Environment variables',
    '',
    ...table(
      ['Variable', 'Setting', 'Example'],
      variables.map((one) => [code(one.environment ?? ''), code(one.path.join('.')), code(environmentExample(one))]),
    ),
    '',
    ...table(
      ['Read besides', 'Meaning', 'When absent'],
      otherVariables.map((one) => [code(one.name), one.meaning, one.whenAbsent]),
    ),
    ...all
      .filter((one) => one.path.length === 1)
      .flatMap((section) => [
        '',
        `## ${section.path.join('.')}`,
        '',
        section.description,
        '',
        ...table(
          ['Setting', 'Value', 'Default', 'Meaning'],
          all
            .filter((one) => one.path.length > 1 && one.path[0] === section.path[0])
            .map((one) => [
              code(one.path.slice(1).join('.')),
              one.isSection ? 'section' : one.values,
              defaultOf(one),
              meaningOf(one),
            ]),
        ),
      ]),
    '',
  ].join('\n');
}

/** A configuration file with every setting: what most migrations set as it is, the rest as comments with its default. */
export function exampleConfiguration(): string {
  const active = new Set(
    describedSettings()
      .filter((one) => one.environment !== undefined && one.insteadOf === undefined && !Array.isArray(one.defaultValue))
      .flatMap((one) => one.path.map((_, depth) => one.path.slice(0, depth + 1).join('.'))),
  );
  const lines = describedSettings().flatMap((one) => {
    const indent = '  '.repeat(one.path.length - 1);
    const value = one.isSection ? '' : ` ${inYaml(one.example ?? one.defaultValue)}`;
    const setting = `${indent}${one.path.at(-1)}:${value}`;
    const variable = one.environment === undefined ? '' : ` Environment: ${one.environment}.`;
    return [
      ...(one.path.length === 1 ? [''] : []),
      ...wrap(`${meaningOf({ ...one, isSecret: false })}${variable}`, 100 - indent.length).map(
        (text) => `${indent}# ${text}`,
      ),
      active.has(one.path.join('.')) ? setting : `#${setting}`,
    ];
  });
  return [
    '# Every setting, with its default or an example. Remove the # before a setting to change it; its section needs its # removed too.',
    '# Made from the same source as configuration.md, which says the same as tables.',
    ...lines,
    '',
  ].join('\n');
}

/** How a variable gives the example of its setting: a list as words between commas. */
export function environmentExample({ example, defaultValue }: DescribedSetting): string {
  const value = example ?? defaultValue;
  return Array.isArray(value) ? value.join(',') : String(value);
}

function meaningOf({ description, insteadOf, isSecret }: DescribedSetting): string {
  const replaced = insteadOf === undefined ? '' : ` Instead of \`${insteadOf}\`.`;
  return `${description}${replaced}${isSecret === true ? ' Secret.' : ''}`;
}

function defaultOf({ defaultValue, isRequired, isSection }: DescribedSetting): string {
  if (isSection) return '';
  if (isRequired) return 'required';
  return defaultValue === undefined ? 'none' : code(inYaml(defaultValue));
}

const inYaml = (value: unknown): string => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
const code = (text: string): string => `\`${text}\``;

function table(names: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(names), `|${'---|'.repeat(names.length)}`, ...rows.map(line)];
}

/** Lines of whole words, none longer than `width` where words permit it. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
