import type pg from 'pg';
import { type AttributeKind, isDerived, suggestsSecret } from './attribute-kind.ts';
import { type ReadableClass, readableClasses } from './class-tree.ts';
import { fieldLists, leftOutAttributes, unreadAttributes } from './field-lists.ts';

export interface KnownAttribute {
  readonly kind: AttributeKind;
  /** Type in iTop's data model file, where it was given. */
  readonly type?: string | undefined;
  readonly label?: string | undefined;
  /** Codes by the label of an enumeration's values. */
  readonly codes: ReadonlyMap<string, string>;
  readonly decision?: string | undefined;
}

/** What the catalog knows of a class before a file of it is read. */
export interface ClassKnowledge {
  readonly readable: ReadableClass;
  readonly attributes: ReadonlyMap<string, KnownAttribute>;
}

/** Throws RefusedError for a class without a place in the class tree. */
export async function readClassKnowledge(pool: pg.Pool, className: string): Promise<ClassKnowledge> {
  const [readable] = await readableClasses(pool, [className]);
  if (readable === undefined) throw new Error(`no class ${className}`);
  const { rows } = await pool.query<{
    attribute: string;
    kind: AttributeKind;
    type: string | null;
    label: string | null;
    decision: string | null;
    codes: Record<string, string>;
  }>(
    `select attribute, coalesce(m.kind, i.kind) as kind, m.type, m.label, i.decision,
       coalesce((select jsonb_object_agg(coalesce(v.label, v.value), v.value order by v.position desc) from ops.model_value v
                 where v.class = m.class and v.attribute = m.attribute), '{}') as codes
     from (select * from ops.model_attribute where class = $1) m
     full join (select * from ops.itop_attribute where class = $1) i using (attribute)`,
    [className],
  );
  const attributes = new Map(
    rows.map((row) => [
      row.attribute,
      {
        kind: row.kind,
        type: row.type ?? undefined,
        label: row.label ?? undefined,
        decision: row.decision ?? undefined,
        codes: new Map(Object.entries(row.codes)),
      },
    ]),
  );
  return { readable, attributes };
}

/** Why something that a file holds is not stored. */
export interface NotStored {
  /**
   * secret: or may be one. not needed: iTop derives it from other attributes, or it holds bytes that are read apart. other: a person
   * should know.
   */
  readonly kind: 'secret' | 'not needed' | 'other';
  readonly reason: string;
}

/**
 * Why an attribute that a file holds is not stored; undefined when it is. The rules are those of the REST API's field lists:
 * copies and flags are left out, files come apart, and what stays behind, is a secret, or may be one by its name, is not kept
 * until a person decides.
 */
export function whyNotStored({ readable, attributes }: ClassKnowledge, code: string): NotStored | undefined {
  const known = attributes.get(code);
  if (known?.kind === 'secret' && known.decision !== 'request') return { kind: 'secret', reason: 'a secret' };
  if (known?.decision === 'never') return { kind: 'other', reason: 'decided by a person' };
  if (readable.outputFields.includes(code)) return undefined;
  const leftOut = leftOutAttributes(readable.name).get(code);
  if (leftOut !== undefined && known?.decision !== 'request') return { kind: 'other', reason: leftOut };
  if (leftOut === undefined && unreadAttributes(readable.name).has(code))
    return { kind: 'not needed', reason: 'read apart' };
  const hasOwnList = fieldLists.has(readable.name);
  if (isDerived(code)) {
    const isCopy = code.endsWith('_friendlyname') || code === 'friendlyname' || code === 'finalclass';
    return !hasOwnList && isCopy ? undefined : { kind: 'not needed', reason: 'derived' };
  }
  if (known?.kind === 'blob') return { kind: 'other', reason: 'a file' };
  if (known?.type?.startsWith('AttributeLinkedSet') || (known === undefined && code.endsWith('_list')))
    return { kind: 'other', reason: 'a set of links' };
  if (suggestsSecret(code) && known?.decision !== 'request' && !isTypeKnown(known))
    return { kind: 'secret', reason: 'its name suggests a secret' };
  return undefined;
}

/** By the data model file: then the type tells a secret, and the name need not. */
function isTypeKnown(known: KnownAttribute | undefined): boolean {
  return known?.type !== undefined && known.kind !== 'secret';
}
