import { sql } from 'kysely';
import type pg from 'pg';
import { acceptPartType } from '../../audit/canary/accept-part-type.ts';
import { checkCanary } from '../../audit/canary/check-canary.ts';
import { confirmCanary } from '../../audit/canary/confirm-canary.ts';
import { removeCanary } from '../../audit/canary/remove-canary.ts';
import { sendCanary } from '../../audit/canary/send-canary.ts';
import type { Intercom } from '../../intercom/client.ts';
import { FailedError, RefusedError } from '../../platform/errors.ts';
import { insertRows, warehouse } from '../../platform/warehouse.ts';
import type { Warehouse } from '../../platform/warehouse-types.ts';
import { countCustomerNotifications } from '../../rehearsal/judge/notification-ledger.ts';
import { acceptSample } from '../../transform/sample/accept-sample.ts';
import { drawSample, usualSampleSize } from '../../transform/sample/draw-sample.ts';
import type { CommandContext } from '../command-context.ts';
import { intercomOf, workspaceOf } from '../intercom-of.ts';
import { confirm, propose } from '../mapping.ts';

/** Who made the site, and so who can decide about what it added to iTop's own classes. */
export type RehearsedSite = 'generated' | 'captured';

/** In whose name a rehearsal decides. */
const decidedBy = 'rehearse';

/**
 * Decides on the mapping, by the operator's own steps: what was extracted is proposed, checked and confirmed.
 *
 * Of a captured site only a person can decide: its classes and attributes stay pending, and are lines of the result.
 */
export async function decideMapping(context: CommandContext, of: RehearsedSite): Promise<void> {
  if (of === 'generated') {
    await propose(context, new Map());
    await confirm(context, decidedBy);
    return;
  }
  await recordConfirmations(context, ['mapping']);
  await copyDecisionsOfParents(context.database.pool);
  await decideTags(context.database.pool);
}

/**
 * Records the other confirmations without which no load starts, for the workspace of the rehearsal: its sample is waived, its canary
 * sent. Only a rehearsal may confirm by itself: it started that workspace. `load` refuses any other until a person confirmed.
 */
export async function confirmRehearsal(context: CommandContext, intercomControlUrl: string): Promise<void> {
  const { settings, database } = context;
  await recordConfirmations(context, ['audit', 'setup']);
  const waiverReason = 'nobody looks at a rehearsal';
  await acceptSample(database.pool, { acceptedBy: decidedBy, lookedAt: [], waiverReason });
  const intercom = intercomOf(settings);
  try {
    await confirmSilence(database.pool, intercom, intercomControlUrl);
  } finally {
    await intercom.close();
  }
}

/** Draws the sample that the console of a rehearsal shows. Of an iTop without tickets there is none. */
export async function drawRehearsalSample({ database }: CommandContext): Promise<void> {
  try {
    await drawSample(database.pool, usualSampleSize);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
  }
}

async function recordConfirmations({ settings, database }: CommandContext, subjects: readonly string[]): Promise<void> {
  const intercom = intercomOf(settings);
  try {
    const { idCode } = await workspaceOf(intercom);
    await insertRows(
      database.pool,
      'ops.confirmation',
      ['workspace_id_code', 'subject', 'fingerprint', 'confirmed_by'],
      subjects.map((subject) => ({
        workspace_id_code: idCode,
        subject,
        fingerprint: 'rehearsal',
        confirmed_by: decidedBy,
      })),
    )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  } finally {
    await intercom.close();
  }
}

/** Labels of tags and of forms' questions explain values of other objects, whoever made them. */
async function decideTags(pool: pg.Pool): Promise<void> {
  const db = warehouse(pool);
  await db
    .insertInto('ops.mapping_class')
    .columns(['class', 'destination', 'rule', 'reason'])
    .expression(
      db
        .selectFrom('ops.itop_class')
        .select(['class', sql.lit('reference').as('destination'), sql.lit('K1').as('rule')])
        .select(sql.lit('labels that explain values').as('reason'))
        .where((row) => row.or([row('class', 'like', 'TagSetField%'), row('class', '=', 'TemplateField')])),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * Sends the canary and confirms it, as a person does after a look into the mailbox, which here is the simulator's ledger: the load obeys
 * what it saw of the workspace. Parts that the workspace adds by itself are accepted. Throws FailedError when anything says something.
 */
async function confirmSilence(pool: pg.Pool, intercom: Intercom, controlUrl: string): Promise<void> {
  const { idCode: workspaceIdCode } = await workspaceOf(intercom);
  const address = 'canary@rehearsal.example';
  await sendCanary({ pool, intercom, address, searchWaitMs: 5_000, largestFileMegabytes: 0 });
  const check = () => checkCanary({ pool, intercom, workspaceIdCode, minAgeMs: 0 });
  for (const { acceptablePartType: partType } of (await check()).findings) {
    if (partType !== null)
      await acceptPartType(pool, { workspaceIdCode, partType, acceptedBy: decidedBy, reason: 'simulated' });
  }
  const blocker = (await check()).findings.find((one) => one.acceptedBy === null);
  const arrived = await countCustomerNotifications(controlUrl);
  const noise = arrived > 0 ? `${arrived} notifications arrived in the mailbox of the canary.` : blocker?.finding;
  if (noise !== undefined)
    throw new FailedError(`The simulated workspace is not silent: ${noise}`, {
      stage: 'rehearse',
      nextStep: 'Rehearse against another workspace: itop-to-intercom rehearse --workspace captured',
    });
  await confirmCanary({ pool, workspaceIdCode, confirmedBy: decidedBy, hasNothingArrived: true });
  await removeCanary({ pool, intercom, workspaceIdCode });
}

const attributeColumns = [
  'attribute',
  'home',
  'target_model',
  'target_name',
  'data_type',
  'label',
  'position',
] as const;

/** What is decided of a class, by the table that holds it. */
const decisionColumns = {
  'ops.mapping_class': ['destination', 'rule', 'reason', 'target_type', 'confidence'],
  'ops.mapping_attribute': [...attributeColumns, 'only_when_status', 'rule', 'reason', 'confidence'],
  'ops.mapping_enum_value': ['attribute', 'value', 'target_value', 'rule', 'reason', 'confidence'],
  'ops.mapping_status': ['status', 'conversation_state', 'rule', 'reason', 'confidence'],
} satisfies { [Table in keyof Warehouse]?: readonly (keyof Warehouse[Table])[] };

/** A class that the site made below one that moves is decided as that one: what `map propose` proposes and a person would confirm. */
async function copyDecisionsOfParents(pool: pg.Pool): Promise<void> {
  for (const [table, columns] of Object.entries(decisionColumns)) {
    const copied = sql.join(columns.map((column) => sql.ref(column)));
    const given = sql.join(columns.map((column) => sql.ref(`d.${column}`)));
    await sql`
      with recursive moved as (
        select class, class as like_class from ops.mapping_class where destination in ('conversation', 'contact', 'company')
        union all
        select c.class, m.like_class from ops.itop_class c join moved m on m.class = c.parent_class
      )
      insert into ${sql.table(table)} (class, ${copied})
      select moved.class, ${given} from moved join ${sql.table(table)} d on d.class = moved.like_class
      where moved.class <> moved.like_class on conflict do nothing`.execute(warehouse(pool));
  }
}
