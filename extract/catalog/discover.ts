import type pg from 'pg';
import { ItopError } from '../../itop/errors.ts';
import { selectIds } from '../../itop/oql.ts';
import type { Finding } from '../../platform/findings.ts';
import { idBound } from '../sources/rest/id-bound.ts';
import type { RestReader } from '../sources/rest/rest-reader.ts';
import { type AttributeKind, commonKind, isDerived, kindOfValue, suggestsSecret } from './attribute-kind.ts';
import type { ReadableClass } from './class-tree.ts';
import type { ClassDiscovery } from './discover-classes.ts';
import { unreadAttributes } from './field-lists.ts';
import { findHidden } from './hidden-attributes.ts';
import { ignoreRefusal, listOrNothing } from './refused-question.ts';

/** Objects looked at to learn what an attribute holds. */
const sampleSize = 20;

export interface Discovery extends ClassDiscovery {
  readonly runId: string;
}

interface SeenAttribute {
  readonly attribute: string;
  readonly kind: AttributeKind;
  readonly isStandard: boolean;
  readonly isRequested: boolean;
  readonly reason: string;
  /** Not requested because its name suggests a secret. */
  readonly isSuspected?: boolean;
}

/**
 * What is to be read of a class: its standard attributes as far as this iTop has them, and those that the site added. What
 * suggests a secret is not requested until a person decides; files are fetched apart. Everything seen is stored, and what
 * changed since the run before is a finding.
 */
export async function discoverAttributes(
  discovery: Discovery,
  readable: ReadableClass,
  known: { readonly isStandardClass: boolean; readonly hasOwnList: boolean },
): Promise<{ readonly readable: ReadableClass; readonly findings: readonly Finding[] }> {
  const { pool, itop, reader, runId } = discovery;
  const listed = await listOrNothing(() => reader.patience.ask(() => itop.listAttributes(readable.name)));
  if (listed === undefined) return { readable: withFields(readable), findings: [] };
  const standard = new Set(readable.outputFields);
  const decided = await decisions(pool, readable.name);
  const unread = unreadAttributes(readable.name);
  const model = await modelOf(pool, readable.name);
  const hidden = await findHidden(reader, readable.name, listed, model, decided);
  const isAdded = (code: string): boolean => !standard.has(code) && !isDerived(code) && !unread.has(code);
  const added = [...listed, ...hidden.kinds.keys()].filter(isAdded);
  // The data model file tells a secret by its type, whatever its name; without it the name decides.
  const maySecret = (code: string): boolean =>
    (model.get(code)?.kind ?? (suggestsSecret(code) ? 'secret' : 'text')) === 'secret';
  const safe = added.filter((code) =>
    maySecret(code) ? decided.get(code) === 'request' : decided.get(code) !== 'never',
  );
  const untyped = safe.filter((code) => !model.has(code) && !hidden.kinds.has(code));
  const kinds = new Map([
    ...hidden.kinds,
    ...(await kindsOf(reader, readable.name, untyped)),
    ...[...model].map(([code, one]) => [code, one.kind] as const),
  ]);
  // Of a standard class without a list of its own nobody knows here which attributes the site added.
  const unlisted = known.isStandardClass && !known.hasOwnList;
  const isShipped = (code: string): boolean => {
    const one = model.get(code);
    return one === undefined ? unlisted : !one.isCustom;
  };
  const seen: SeenAttribute[] = [
    ...readable.outputFields
      .filter((code) => listed.includes(code))
      .map((attribute) => ({
        attribute,
        kind: 'unknown' as const,
        isStandard: known.isStandardClass,
        isRequested: true,
        reason: '',
      })),
    ...added.map((attribute): SeenAttribute => {
      if (!safe.includes(attribute)) {
        if (decided.get(attribute) === 'never')
          return {
            attribute,
            kind: 'unknown',
            isStandard: isShipped(attribute),
            isRequested: false,
            reason: 'decided by a person',
          };
        const reason = model.has(attribute)
          ? 'a secret by its type, and iTop shows secrets in clear text'
          : 'its name suggests a secret, and iTop shows secrets in clear text';
        const isSuspected = !model.has(attribute);
        return { attribute, kind: 'secret', isStandard: isShipped(attribute), isRequested: false, reason, isSuspected };
      }
      const isKey = listed.includes(`${attribute}_friendlyname`);
      const kind = isKey ? 'key' : (kinds.get(attribute) ?? 'unknown');
      const isRequested = kind !== 'blob' && (kind !== 'secret' || decided.get(attribute) === 'request');
      const reason = kind === 'blob' ? 'a file, fetched apart' : kind === 'secret' ? 'iTop masks it' : '';
      return { attribute, kind, isStandard: isShipped(attribute), isRequested, reason };
    }),
  ];
  const findings = [
    ...(await storeAttributes(pool, runId, readable.name, seen)),
    ...undecided(readable.name, seen),
    ...hidden.findings,
  ];
  const copies = listed.filter(
    (code) => !known.hasOwnList && (code.endsWith('_friendlyname') || code === 'friendlyname' || code === 'finalclass'),
  );
  const outputFields = [
    ...new Set([...seen.filter((one) => one.isRequested).map((one) => one.attribute), ...copies]),
  ].sort();
  return { readable: { ...readable, outputFields }, findings };
}

/** Where iTop lists no attributes, the name of the object is asked for: an empty list would ask for everything. */
function withFields(readable: ReadableClass): ReadableClass {
  return readable.outputFields.length > 0 ? readable : { ...readable, outputFields: ['friendlyname'] };
}

/** What attributes hold, by the values of some objects. */
async function kindsOf(
  reader: RestReader,
  className: string,
  codes: readonly string[],
): Promise<ReadonlyMap<string, AttributeKind>> {
  if (codes.length === 0) return new Map();
  if ((await reader.count(className).catch((error: unknown) => ignoreRefusal(error, 0))) === 0) return new Map();
  const ids = await someIds(reader, className).catch((error: unknown) => ignoreFailure(error, []));
  if (ids.length === 0) return new Map();
  const seen = new Map<string, AttributeKind[]>(codes.map((code) => [code, []]));
  await reader
    .read({ className, oql: selectIds(className, ids), outputFields: codes }, (object) => {
      for (const code of codes) {
        const kind = kindOfValue(object.fields[code]);
        if (kind !== undefined) seen.get(code)?.push(kind);
      }
      return undefined;
    })
    .catch((error: unknown) => ignoreFailure(error, undefined));
  return new Map([...seen].map(([code, kinds]) => [code, commonKind(kinds)]));
}

/** Ids of some objects of a class: the first ones, or the last ones where the first ids are free. */
async function someIds(reader: RestReader, className: string): Promise<number[]> {
  const found: number[] = [];
  const look = async (from: number): Promise<void> => {
    const oql = selectIds(
      className,
      Array.from({ length: 500 }, (_, place) => from + place),
    );
    await reader.read({ className, oql, outputFields: ['id'] }, (object) => {
      if (found.length < sampleSize && !found.includes(object.id)) found.push(object.id);
      return undefined;
    });
  };
  await look(1);
  if (found.length === 0) await look(Math.max(1, (await idBound(reader, className, 1, 100)) - 499));
  return found;
}

/** A sample is not worth a stop: what iTop cannot give of it shows in the pass itself. */
function ignoreFailure<T>(error: unknown, instead: T): T {
  if (error instanceof ItopError && error.remedy !== 'stop') return instead;
  throw error;
}

/** What the data model file says of a class's attributes; empty where none was given. */
async function modelOf(
  pool: pg.Pool,
  className: string,
): Promise<ReadonlyMap<string, { readonly kind: AttributeKind; readonly isCustom: boolean }>> {
  const { rows } = await pool.query<{ attribute: string; kind: AttributeKind; is_custom: boolean }>(
    `select attribute, kind, is_custom from ops.model_attribute where class = $1 and kind <> 'unknown'`,
    [className],
  );
  return new Map(rows.map((row) => [row.attribute, { kind: row.kind, isCustom: row.is_custom }]));
}

async function decisions(pool: pg.Pool, className: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ attribute: string; decision: string }>(
    'select attribute, decision from ops.itop_attribute where class = $1 and decision is not null',
    [className],
  );
  return new Map(rows.map((row) => [row.attribute, row.decision]));
}

async function storeAttributes(
  pool: pg.Pool,
  runId: string,
  className: string,
  seen: readonly SeenAttribute[],
): Promise<Finding[]> {
  const { rows: before } = await pool.query<{ attribute: string; last_run_id: string }>(
    'select attribute, last_run_id from ops.itop_attribute where class = $1',
    [className],
  );
  await pool.query(
    `insert into ops.itop_attribute (class, attribute, kind, is_standard, is_requested, reason, first_run_id, last_run_id, label)
     select $1, s.*, $7, $7, (select m.label from ops.model_attribute m where m.class = $1 and m.attribute = s.attribute)
     from unnest($2::text[], $3::text[], $4::boolean[], $5::boolean[], $6::text[]) as s (attribute, kind, is_standard, is_requested, reason)
     on conflict (class, attribute) do update set
       kind = case when excluded.kind = 'unknown' then itop_attribute.kind else excluded.kind end,
       is_requested = excluded.is_requested, reason = excluded.reason, last_run_id = excluded.last_run_id`,
    [
      className,
      seen.map((one) => one.attribute),
      seen.map((one) => one.kind),
      seen.map((one) => one.isStandard),
      seen.map((one) => one.isRequested),
      seen.map((one) => one.reason),
      runId,
    ],
  );
  if (before.length === 0) return [];
  const latest = before.reduce(
    (highest, row) => (BigInt(row.last_run_id) > highest ? BigInt(row.last_run_id) : highest),
    0n,
  );
  const gone = before.filter(
    (row) => BigInt(row.last_run_id) === latest && !seen.some((one) => one.attribute === row.attribute),
  );
  const come = seen.filter((one) => !before.some((row) => row.attribute === one.attribute));
  return [
    ...gone.map((row) =>
      vanished(`${className}.${row.attribute}`, 'The attribute is gone from iTop since the last extraction.'),
    ),
    ...come.map(
      (one): Finding => ({
        code: 'catalog_drift',
        severity: 'warning',
        subject: `${className}.${one.attribute}`,
        finding: 'The attribute is new in iTop since the last extraction.',
        nextStep: 'Decide in the mapping what becomes of it.',
      }),
    ),
  ];
}

function undecided(className: string, seen: readonly SeenAttribute[]): Finding[] {
  return seen
    .filter((one) => one.isSuspected === true)
    .map((one) => ({
      code: 'attribute_not_requested',
      severity: 'note',
      subject: `${className}.${one.attribute}`,
      finding: 'The attribute is not read: its name suggests a secret, and iTop shows secrets in clear text.',
      nextStep: `If it is none: update ops.itop_attribute set decision = 'request' where class = '${className}' and attribute = '${one.attribute}'`,
    }));
}

function vanished(subject: string, finding: string): Finding {
  return {
    code: 'catalog_drift',
    severity: 'warning',
    subject,
    finding,
    nextStep: 'Check with the owner of iTop whether it was meant to go, then run `map check`.',
  };
}
