import type pg from 'pg';
import type { Finding } from '../../platform/findings.ts';
import { givenRows, warehouse } from '../../platform/warehouse.ts';
import type { AttributeKind } from './attribute-kind.ts';

export interface SeenAttribute {
  readonly attribute: string;
  readonly kind: AttributeKind;
  readonly isStandard: boolean;
  readonly isRequested: boolean;
  readonly reason: string;
  /** Not requested because its name suggests a secret. */
  readonly isSuspected?: boolean;
  /** A standard attribute that is left out for its reason, and nobody has decided about it. */
  readonly isLeftOut?: boolean;
}

/** Stores what was seen of a class's attributes (`ops.itop_attribute`). Findings: what came and went since the run before. */
export async function storeAttributes(
  pool: pg.Pool,
  runId: string,
  className: string,
  seen: readonly SeenAttribute[],
): Promise<Finding[]> {
  const before = await warehouse(pool)
    .selectFrom('ops.itop_attribute')
    .select(['attribute', 'last_run_id'])
    .where('class', '=', className)
    .execute();
  await upsertSeen(pool, runId, className, seen);
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

/** A kind that was learnt before stays where this run has not seen one. */
async function upsertSeen(
  pool: pg.Pool,
  runId: string,
  className: string,
  seen: readonly SeenAttribute[],
): Promise<void> {
  const types = { attribute: 'text', kind: 'text', is_standard: 'boolean', is_requested: 'boolean', reason: 'text' };
  const given = seen.map(({ attribute, kind, isStandard, isRequested, reason }) => ({
    attribute,
    kind,
    is_standard: isStandard,
    is_requested: isRequested,
    reason,
  }));
  const db = warehouse(pool);
  const rows = db
    .selectFrom(givenRows('seen', types, given))
    .leftJoin('ops.model_attribute as m', (join) =>
      join.on('m.class', '=', className).onRef('m.attribute', '=', 'seen.attribute'),
    )
    .select(['seen.attribute', 'seen.kind', 'seen.is_standard', 'seen.is_requested', 'seen.reason', 'm.label'])
    .select((row) => [
      row.val(className).as('class'),
      row.val(runId).as('first_run_id'),
      row.val(runId).as('last_run_id'),
    ]);
  await db
    .insertInto('ops.itop_attribute')
    .columns([
      ...(['attribute', 'kind', 'is_standard', 'is_requested', 'reason', 'label'] as const),
      ...(['class', 'first_run_id', 'last_run_id'] as const),
    ])
    .expression(rows)
    .onConflict((conflict) =>
      conflict.columns(['class', 'attribute']).doUpdateSet((row) => ({
        kind: row
          .case()
          .when('excluded.kind', '=', 'unknown')
          .then(row.ref('ops.itop_attribute.kind'))
          .else(row.ref('excluded.kind'))
          .end(),
        is_requested: row.ref('excluded.is_requested'),
        reason: row.ref('excluded.reason'),
        last_run_id: row.ref('excluded.last_run_id'),
      })),
    )
    .execute();
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
