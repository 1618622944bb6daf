import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** Which tickets move (K10); what is undefined leaves nothing out. */
export interface Scope {
  /** Days, as iTop's clock says them. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly classes?: readonly string[] | undefined;
  /** Source keys: `Organization::3`. */
  readonly organizations?: readonly string[] | undefined;
  readonly statuses?: readonly string[] | undefined;
}

/** An attribute of a person or an organization that a custom attribute in Intercom holds. */
export interface DecidedAttribute {
  readonly attribute: string;
  readonly name: string;
  readonly type: string;
  /** Values that are called otherwise in Intercom. */
  readonly values: ReadonlyMap<string, string>;
}

/** What a person decided in the mapping file, as far as the judge has to know it. */
export interface Decisions {
  readonly scope: Scope;
  /** Whether the service of a ticket is a tag of its conversation (K1). */
  readonly areServicesTags: boolean;
  readonly ofPersons: readonly DecidedAttribute[];
  readonly ofOrganizations: readonly DecidedAttribute[];
}

const SCOPE = ['since', 'until', 'classes', 'organizations', 'statuses'] as const;

const asItIs = (attribute: string, name: string): DecidedAttribute => ({
  attribute,
  name,
  type: 'string',
  values: new Map(),
});

/** What holds where nobody decided otherwise. */
const USUAL: Decisions = {
  scope: {},
  areServicesTags: false,
  ofPersons: [asItIs('mobile_phone', 'itop_mobile_phone'), asItIs('function', 'itop_function')],
  ofOrganizations: [asItIs('code', 'itop_code'), asItIs('status', 'itop_organization_status')],
};

/** Reads the mapping file as the text that a person wrote; what holds without one where there is none. */
export async function readDecisions(file: string | undefined): Promise<Decisions> {
  if (file === undefined) return USUAL;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? USUAL : decisionsOf(parse(text));
}

/** K10: what the settings say wins over the mapping, name by name. */
export function scopeOf({ scope }: Decisions, ofSettings: Scope = {}): Scope {
  return Object.fromEntries(SCOPE.map((name) => [name, ofSettings[name] ?? scope[name]]));
}

/** The decisions of a mapping file's content. */
export function decisionsOf(content: unknown): Decisions {
  const { scope, classes } = record(content);
  const written = record(scope);
  return {
    scope: Object.fromEntries(SCOPE.map((name) => [name, written[name] ?? undefined])),
    areServicesTags: record(record(classes).Service).to === 'tag',
    ofPersons: attributesOf(record(classes).Person),
    ofOrganizations: attributesOf(record(classes).Organization),
  };
}

function attributesOf(decided: unknown): DecidedAttribute[] {
  return Object.entries(record(record(decided).attributes))
    .map(([attribute, value]) => ({ attribute, ...record(value) }) as Record<string, unknown> & { attribute: string })
    .filter(({ home }) => home === 'attribute')
    .map(({ attribute, to, type, values }) => ({
      attribute,
      name: String(to),
      type: String(type ?? 'string'),
      values: new Map(Object.entries(record(values)).map(([value, decision]) => [value, String(record(decision).to)])),
    }));
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
