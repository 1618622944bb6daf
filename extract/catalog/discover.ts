import type pg from 'pg';
import type { Finding } from '../../platform/findings.ts';
import { clockTimestamp, warehouse } from '../../platform/warehouse.ts';
import { type AttributeKind, isDerived, kindOfValue, suggestsSecret } from './attribute-kind.ts';
import type { ReadableClass } from './class-tree.ts';
import type { ClassDiscovery } from './discover-classes.ts';
import { leftOutAttributes, unreadAttributes } from './field-lists.ts';
import { type HeldObjects, withFieldsOf } from './held-objects.ts';
import { findHidden } from './hidden-attributes.ts';
import { listOrNothing } from './refused-question.ts';
import { type SeenAttribute, storeAttributes } from './store-attributes.ts';

export interface Discovery extends ClassDiscovery {
  readonly runId: string;
  /** Whether iTop's modules are those of the last pass: what was learnt of a class then still holds. */
  readonly hasSameModules: boolean;
}

export interface DiscoveredAttributes {
  readonly readable: ReadableClass;
  readonly findings: readonly Finding[];
  /** iTop's count of the class, where it was asked. */
  readonly count?: number | undefined;
  /** All its objects, where they were read with their attributes. */
  readonly held?: HeldObjects | undefined;
  /** Attributes whose kind only their values will tell. */
  readonly untyped: readonly string[];
}

/**
 * What is to be read of a class: its standard attributes as far as this iTop has them, and those that the site added. What
 * suggests a secret is not requested until a person decides; files are fetched apart. Everything seen is stored, and what
 * changed since the run before is a finding.
 */
export async function discoverAttributes(
  discovery: Discovery,
  readable: ReadableClass,
  known: { readonly isStandardClass: boolean; readonly hasOwnList: boolean; readonly mayHold: boolean },
): Promise<DiscoveredAttributes> {
  const { pool, itop, reader, runId, hasSameModules } = discovery;
  const listed = await listOrNothing(() => reader.outageRetry.ask(() => itop.listAttributes(readable.name)));
  if (listed === undefined) return { readable: withFields(readable), findings: [], untyped: [] };
  const standard = new Set(readable.outputFields);
  const { decided, kinds: before, isShown } = await learntBefore(pool, readable.name);
  const unread = new Set([...unreadAttributes(readable.name)].filter((code) => decided.get(code) !== 'request'));
  const model = await modelOf(pool, readable.name);
  // What a person wants after all is looked for, if no query can name it.
  const isWanted = [...decided].some(
    ([code, decision]) => decision === 'request' && !before.has(code) && !listed.includes(code),
  );
  const knownHidden = hasSameModules && isShown && !isWanted ? notListed(before, listed) : undefined;
  const hidden = await findHidden(reader, readable.name, listed, model, decided, {
    knownHidden,
    mayHold: known.mayHold,
  });
  if (hidden.shown !== undefined && hidden.shown.count > 0) await noteShown(pool, readable.name);
  const isAdded = (code: string): boolean => !standard.has(code) && !isDerived(code) && !unread.has(code);
  const added = [...listed, ...hidden.kinds.keys()].filter(isAdded);
  // One that a person wants may still not have been seen: its class cannot be shown, or has no object that holds it.
  const leftOut = [...leftOutAttributes(readable.name)].filter(([code]) => !added.includes(code));
  // The data model file tells a secret by its type, whatever its name; without it the name decides.
  const maySecret = (code: string): boolean =>
    (model.get(code)?.kind ?? (suggestsSecret(code) ? 'secret' : 'text')) === 'secret';
  const safe = added.filter((code) =>
    maySecret(code) ? decided.get(code) === 'request' : decided.get(code) !== 'never',
  );
  // iTop masks some secrets whatever their name: what one object shows masked is not requested.
  const masked = safe.filter((code) => kindOfValue(hidden.shown?.fields[code]) === 'secret');
  const kinds = new Map([
    ...before,
    ...masked.map((code) => [code, 'secret'] as const),
    ...hidden.kinds,
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
    ...leftOut.map(
      ([attribute, reason]): SeenAttribute => ({
        attribute,
        kind: 'unknown',
        isStandard: true,
        isRequested: false,
        reason: decided.get(attribute) === 'request' ? 'wanted by a person, but iTop did not show it' : reason,
        isLeftOut: !decided.has(attribute),
      }),
    ),
  ];
  const findings = [
    ...(await storeAttributes(pool, runId, readable.name, seen)),
    ...undecided(readable.name, seen),
    ...stayBehind(readable.name, seen),
    ...hidden.findings,
  ];
  const copies = listed.filter(
    (code) => !known.hasOwnList && (code.endsWith('_friendlyname') || code === 'friendlyname' || code === 'finalclass'),
  );
  const outputFields = [
    ...new Set([...seen.filter((one) => one.isRequested).map((one) => one.attribute), ...copies]),
  ].sort();
  const untyped = seen.filter((one) => added.includes(one.attribute) && one.kind === 'unknown' && one.isRequested);
  return {
    readable: { ...readable, outputFields },
    findings,
    count: hidden.shown?.count,
    held: hidden.shown?.held && withFieldsOf(hidden.shown.held, outputFields),
    untyped: untyped.map((one) => one.attribute),
  };
}

/** Where iTop lists no attributes, the name of the object is asked for: an empty list would ask for everything. */
function withFields(readable: ReadableClass): ReadableClass {
  return readable.outputFields.length > 0 ? readable : { ...readable, outputFields: ['friendlyname'] };
}

/** What the data model file says of a class's attributes; empty where none was given. */
async function modelOf(
  pool: pg.Pool,
  className: string,
): Promise<ReadonlyMap<string, { readonly kind: AttributeKind; readonly isCustom: boolean }>> {
  const rows = await warehouse(pool)
    .selectFrom('ops.model_attribute')
    .select(['attribute', 'kind', 'is_custom'])
    .where('class', '=', className)
    .where('kind', '<>', 'unknown')
    .execute();
  return new Map(rows.map((row) => [row.attribute, { kind: row.kind, isCustom: row.is_custom }]));
}

interface Learnt {
  readonly decided: ReadonlyMap<string, string>;
  readonly kinds: ReadonlyMap<string, AttributeKind>;
  /** Whether an object of the class was read with all its attributes. */
  readonly isShown: boolean;
}

/** What the catalog holds of a class from earlier extractions, and what persons decided. */
async function learntBefore(pool: pg.Pool, className: string): Promise<Learnt> {
  const rows = await warehouse(pool)
    .selectFrom('ops.itop_attribute')
    .select(['attribute', 'kind', 'decision'])
    .where('class', '=', className)
    .execute();
  const shown = await warehouse(pool)
    .selectFrom('ops.itop_class')
    .select('class')
    .where('class', '=', className)
    .where('shown_at', 'is not', null)
    .execute();
  return {
    decided: new Map(rows.flatMap((row) => (row.decision === null ? [] : [[row.attribute, row.decision] as const]))),
    kinds: new Map(rows.filter(isLearnt).map((row) => [row.attribute, row.kind])),
    isShown: shown.length > 0,
  };
}

/** A person's decision that an attribute is no secret undoes what its name suggested. */
function isLearnt({ kind, decision }: { readonly kind: AttributeKind; readonly decision: string | null }): boolean {
  return kind !== 'unknown' && !(kind === 'secret' && decision === 'request');
}

function notListed(kinds: ReadonlyMap<string, AttributeKind>, listed: readonly string[]) {
  return new Map([...kinds].filter(([code]) => !listed.includes(code)));
}

async function noteShown(pool: pg.Pool, className: string): Promise<void> {
  await warehouse(pool)
    .updateTable('ops.itop_class')
    .set({ shown_at: clockTimestamp })
    .where('class', '=', className)
    .execute();
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

function stayBehind(className: string, seen: readonly SeenAttribute[]): Finding[] {
  return seen
    .filter((one) => one.isLeftOut === true)
    .map(({ attribute, reason }) => ({
      code: 'attribute_stays_behind',
      severity: 'note',
      subject: `${className}.${attribute}`,
      finding: `The attribute is not read: ${reason}.`,
      nextStep: `To have it in the hand-off: update ops.itop_attribute set decision = 'request' where class = '${className}' and attribute = '${attribute}'`,
    }));
}
