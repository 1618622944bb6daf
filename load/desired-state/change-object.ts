import type { Call } from '../../intercom/call.ts';
import { NotFound } from '../../intercom/errors.ts';
import { isSameValue, textOf } from '../../intercom/same-value.ts';
import type { Identity } from '../../platform/identity.ts';
import type { OpenIntent, Target } from '../../platform/journal.ts';
import { clockTimestamp, insertRows, warehouse } from '../../platform/warehouse.ts';
import type { LoadContext, OnExisting } from '../engine/context.ts';
import { RecordRefused } from '../engine/errors.ts';
import { type Evidence, executeStep, type Step } from '../engine/execute-step.ts';
import type { PendingItem } from '../engine/phase.ts';
import { compareThreeWay, type Fields, flatAttributes, type KeptEdit, type ThreeWay } from './three-way.ts';
import { verdictsOf } from './verdicts.ts';

/** What was last applied to an object, and what it is in Intercom. */
export interface Base {
  readonly targetId: string;
  readonly origin: Identity['origin'];
  readonly fields: { readonly lastApplied: Fields; readonly observed: Fields } | undefined;
  readonly observedAt: Date | null;
}

/** How one kind of object is compared and updated. */
export interface Changing<T> {
  /** What the source holds, references as source keys. */
  readonly desired: Fields;
  /** The same with Intercom's ids; the same object where there are no references. */
  readonly target: Fields;
  /** What may be written to an object that was there before the migration; its own values stay where nothing is said. */
  readonly onExisting?: OnExisting;
  /** Reads the object again. */
  read(id: string): Promise<T>;
  /** The fields of an answer that are compared. */
  observe(facts: T): Fields;
  /** Writes the fields named, and no others; `observed` are the fields as they are. */
  update(id: string, write: Readonly<Record<string, unknown>>, base: Base, observed: Fields): Call<T>;
  /** The fields that an update sent, as an answer shows them (`observe`); the names of the call are theirs unless given. */
  sent?(update: OpenIntent): Fields;
  /** What is to be written beside the fields of the plan; nothing where that is done. */
  writeAlong?(base: Base, observed: Fields): Record<string, unknown>;
  /** What to write instead where Intercom refused a value; undefined where nothing helps. */
  afterRefusal?(error: unknown, write: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined;
}

/**
 * Brings one object up to date by one call that names only the fields that changed in the source and that nobody edited in
 * Intercom. An object that is gone from Intercom is refused: it is not made again.
 */
export async function changeObject<T>(
  context: LoadContext,
  { target, open }: Pick<PendingItem<unknown, unknown>, 'target' | 'open'>,
  changing: Changing<T>,
): Promise<'written' | 'unchanged'> {
  const known = await baseOf(context, target);
  const facts = await readOrRefuse(context, target, () => changing.read(known.targetId));
  const updates = open.filter((intent) => intent.targetKey === target.key && intent.beforeImage !== null);
  const base = withOwnWrites(known, changing.observe(facts), updates.map(changing.sent ?? fieldsSent));
  const isLinked = base.origin === 'linked';
  const compare = (facts: T): ThreeWay => {
    if (isLinked && changing.onExisting === 'leave') return { write: {}, kept: [] };
    const observed = changing.observe(facts);
    const { write, kept } = compareThreeWay({
      base: base.fields,
      desired: changing.desired,
      target: changing.target,
      observed,
      isLinked: isLinked && changing.onExisting !== 'overwrite',
    });
    return { write: { ...write, ...changing.writeAlong?.(base, observed) }, kept };
  };
  const plan = compare(facts);
  await keepEdits(context, target, plan.kept);
  const observed = changing.observe(facts);
  const call = changing.update(base.targetId, plan.write, base, observed);
  const lost = open.find((intent) => intent.targetKey === target.key && intent.operation === call.operation);
  const hasWrite = Object.keys(plan.write).length > 0;
  if (!hasWrite && lost === undefined) {
    const { identities, verdicts } = acceptance(context, target, base, changing, plan, facts, 'fresh_read');
    for (const identity of identities) await context.link(identity, verdicts);
    return 'unchanged';
  }
  const stepOf = (carried: ThreeWay, made: Call<T>): Step<T> => ({
    target,
    call: made,
    beforeImage: beforeImage(carried, observed),
    // The comparison with what is there now says whether the lost call did its work.
    async lookUp() {
      const seen = await changing.read(base.targetId);
      return Object.keys(compare(seen).write).length === 0 ? seen : undefined;
    },
    accept: (answer, evidence) => acceptance(context, target, base, changing, carried, answer, evidence),
  });
  try {
    await executeStep(context, stepOf(plan, call), lost);
  } catch (error) {
    const write = changing.afterRefusal?.(error, plan.write);
    if (write === undefined) throw error;
    const other = changing.update(base.targetId, write, base, observed);
    await executeStep(context, stepOf({ ...plan, write }, other), undefined);
  }
  return hasWrite ? 'written' : 'unchanged';
}

/**
 * The base of a comparison, with what calls of unknown outcome wrote as our own: what took effect of them is no edit of a teammate's,
 * whatever iTop holds since.
 */
export function withOwnWrites(base: Base, observed: Fields, sent: readonly Fields[]): Base {
  if (base.fields === undefined || sent.length === 0) return base;
  const isOurs = (name: string) =>
    sent.some((fields) => name in fields && isSameValue(name, fields[name], observed[name]));
  const own = Object.fromEntries(Object.entries(observed).filter(([name]) => isOurs(name)));
  // What was applied is not known: a field that differs from what is wanted is written.
  const applied = Object.fromEntries(Object.entries(base.fields.lastApplied).filter(([name]) => !(name in own)));
  return { ...base, fields: { lastApplied: applied, observed: { ...base.fields.observed, ...own } } };
}

/** The fields of an update by their own names, custom attributes flat. */
function fieldsSent({ payload }: OpenIntent): Fields {
  const { custom_attributes: attributes, ...fields } = (payload ?? {}) as Readonly<Record<string, unknown>>;
  return { ...fields, ...flatAttributes((attributes ?? {}) as Readonly<Record<string, unknown>>) };
}

function acceptance<T>(
  context: LoadContext,
  target: Target,
  base: Base,
  changing: Changing<T>,
  plan: ThreeWay,
  answer: T,
  evidence: Evidence,
) {
  const observed = changing.observe(answer);
  const written = Object.keys(plan.write);
  return {
    response: { id: base.targetId },
    identities: [
      {
        targetType: target.type,
        targetKey: target.key,
        targetId: base.targetId,
        origin: base.origin,
        payloadHash: target.payloadHash,
        representation: { targetType: target.type, lastApplied: changing.desired, observed },
      },
    ],
    verdicts: verdictsOf(
      context,
      target,
      target.type,
      evidence,
      written.map((name) => [name, plan.write[name], observed[name]] as const),
      { verdict: 'passed', ...(plan.kept.length > 0 ? { reasonCode: 'kept_edits' } : {}) },
    ),
    resolution: `changed ${written.length} fields${plan.kept.length > 0 ? `, kept ${plan.kept.length} edits` : ''}`,
  };
}

/** What the fields to be written hold before. */
function beforeImage(plan: ThreeWay, observed: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.keys(plan.write).map((name) => [name, observed[name] ?? null]));
}

/** Reads an object; what was deleted in Intercom is refused in words. */
export async function readOrRefuse<T>(context: LoadContext, target: Target, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    const { mergedInto } = error;
    const now = mergedInto === undefined ? '' : ` It was merged into contact ${mergedInto}.`;
    throw new RecordRefused(
      `${target.key} changed in iTop, but what it became is not in Intercom any more (workspace ${context.workspaceIdCode}).${now}`,
      'Nothing is made a second time by itself: if somebody deleted it on purpose, accept it; else restore it in Intercom.',
    );
  }
}

/** The identity and representation of a complete object. */
export async function baseOf(context: LoadContext, target: Target): Promise<Base> {
  const row = await warehouse(context.pool)
    .selectFrom('load.identity as i')
    .leftJoin('load.representation as r', (join) =>
      join
        .onRef('r.workspace_id_code', '=', 'i.workspace_id_code')
        .onRef('r.target_type', '=', 'i.target_type')
        .onRef('r.target_key', '=', 'i.target_key'),
    )
    .select(['i.target_id', 'i.origin', 'r.observed_at'])
    .select((eb) => [
      eb.ref('r.last_applied').$castTo<Fields | null>().as('last_applied'),
      eb.ref('r.observed').$castTo<Fields | null>().as('observed'),
    ])
    .where('i.workspace_id_code', '=', context.workspaceIdCode)
    .where('i.target_type', '=', target.type)
    .where('i.target_key', '=', target.key)
    .executeTakeFirst();
  if (row === undefined) throw new Error(`${target.type} ${target.key} has no identity.`);
  const fields =
    row.last_applied === null || row.observed === null
      ? undefined
      : { lastApplied: row.last_applied, observed: row.observed };
  return { targetId: row.target_id, origin: row.origin, fields, observedAt: row.observed_at };
}

/** Lists edits that were kept. */
export async function keepEdits(context: LoadContext, target: Target, kept: readonly KeptEdit[]): Promise<void> {
  if (kept.length === 0) return;
  const key = ['workspace_id_code', 'target_type', 'target_key', 'field'] as const;
  await insertRows(
    context.pool,
    'load.kept_edit',
    [...key, 'source_value', 'former_value', 'target_value', 'run_id'],
    kept.map((edit) => ({
      workspace_id_code: context.workspaceIdCode,
      target_type: target.type,
      target_key: target.key,
      field: edit.field,
      source_value: textOf(edit.sourceValue),
      former_value: textOf(edit.formerValue),
      target_value: textOf(edit.targetValue),
      run_id: context.runId,
    })),
  )
    .onConflict((conflict) =>
      conflict.columns(key).doUpdateSet((excluded) => ({
        source_value: excluded.ref('excluded.source_value'),
        former_value: excluded.ref('excluded.former_value'),
        target_value: excluded.ref('excluded.target_value'),
        run_id: excluded.ref('excluded.run_id'),
        kept_at: clockTimestamp,
      })),
    )
    .execute();
}

/** Closes intents that need no further call: the comparison with a fresh read has shown it. */
export async function closeObsoleteIntents(context: LoadContext, open: readonly OpenIntent[]): Promise<void> {
  for (const intent of open) {
    await context.journal.close({
      journalId: intent.journalId,
      state: 'done',
      resolution: 'looked up: nothing is left to write',
      sentAgoMs: performance.now() - intent.sentAtMs,
    });
  }
}
