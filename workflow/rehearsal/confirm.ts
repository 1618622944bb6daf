import type pg from 'pg';
import { acceptPartType } from '../../audit/canary/accept-part-type.ts';
import { checkCanary } from '../../audit/canary/check-canary.ts';
import { confirmCanary } from '../../audit/canary/confirm-canary.ts';
import { removeCanary } from '../../audit/canary/remove-canary.ts';
import { sendCanary } from '../../audit/canary/send-canary.ts';
import type { Intercom } from '../../intercom/client.ts';
import { identifyAdmin } from '../../intercom/workspace.ts';
import { FailedError } from '../../platform/errors.ts';
import { countCustomerNotifications } from '../../rehearsal/judge/notification-ledger.ts';
import type { CommandContext } from '../command-context.ts';
import { intercomOf } from '../intercom-of.ts';

/**
 * Records the confirmations without which no load starts, for the workspace of the rehearsal.
 *
 * Only a rehearsal may confirm by itself: it started that workspace. `load` refuses any other until a person confirmed.
 *
 * What a generated site added itself is decided here. Of a captured one only a person can decide: its classes and attributes stay
 * pending, and are lines of the result.
 */
export async function confirmRehearsal(
  { settings, database }: CommandContext,
  intercomControlUrl: string,
  site: 'generated' | 'captured',
): Promise<void> {
  const intercom = intercomOf(settings);
  try {
    const { value } = await intercom.send(identifyAdmin());
    await database.pool.query(
      `insert into ops.confirmation (workspace_id_code, subject, fingerprint, confirmed_by)
       select $1, subject, 'rehearsal', 'rehearse' from unnest(array['audit', 'mapping', 'setup']) as subject
       on conflict do nothing`,
      [value.idCode],
    );
    await copyDecisionsOfParents(database.pool);
    await decideTags(database.pool);
    if (site === 'generated') await handOffOwnParts(database.pool);
    await confirmSilence(database.pool, intercom, intercomControlUrl);
  } finally {
    await intercom.close();
  }
}

/** Labels of tags and of forms' questions explain values of other objects, whoever made them. */
async function decideTags(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into ops.mapping_class (class, destination, rule, reason)
     select class, 'reference', 'K1', 'labels that explain values' from ops.itop_class where class like 'TagSetField%' or class = 'TemplateField' on conflict do nothing`,
  );
}

/** Hands off what the site added and no shipped decision covers; a person would decide in mapping.yaml. */
async function handOffOwnParts(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into ops.mapping_class (class, destination, rule, reason)
     select class, 'handoff', 'F3', 'of the generated site' from ops.itop_class where not is_standard on conflict do nothing`,
  );
  await pool.query(
    `insert into ops.mapping_attribute (class, attribute, home, rule, reason)
     select class, attribute, 'handoff', 'F5', 'of the generated site' from ops.itop_attribute where not is_standard
     on conflict do nothing`,
  );
}

/**
 * Sends the canary and confirms it, as a person does after a look into the mailbox, which here is the simulator's ledger: the load obeys
 * what it saw of the workspace. Parts that the workspace adds by itself are accepted. Throws FailedError when anything says something.
 */
async function confirmSilence(pool: pg.Pool, intercom: Intercom, controlUrl: string): Promise<void> {
  const acceptedBy = 'rehearse';
  const { idCode: workspaceIdCode } = (await intercom.send(identifyAdmin())).value;
  const address = 'canary@rehearsal.example';
  await sendCanary({ pool, intercom, address, searchWaitMs: 5_000, largestFileMegabytes: 0 });
  const check = () => checkCanary({ pool, intercom, workspaceIdCode, minAgeMs: 0 });
  for (const { acceptablePartType: partType } of (await check()).findings) {
    if (partType !== null) await acceptPartType(pool, { workspaceIdCode, partType, acceptedBy, reason: 'simulated' });
  }
  const blocker = (await check()).findings.find((one) => one.acceptedBy === null);
  const arrived = await countCustomerNotifications(controlUrl);
  const noise = arrived > 0 ? `${arrived} notifications arrived in the mailbox of the canary.` : blocker?.finding;
  if (noise !== undefined)
    throw new FailedError(`The simulated workspace is not silent: ${noise}`, {
      stage: 'rehearse',
      nextStep: 'Rehearse against another workspace: npm run rehearse -- --workspace captured',
    });
  await confirmCanary({ pool, workspaceIdCode, confirmedBy: acceptedBy, hasNothingArrived: true });
  await removeCanary({ pool, intercom, workspaceIdCode });
}

/** A class that the site made below one that moves is decided as that one: what `map propose` proposes and a person would confirm. */
async function copyDecisionsOfParents(pool: pg.Pool): Promise<void> {
  const columns = {
    mapping_class: 'destination, rule, reason, target_type, confidence',
    mapping_attribute:
      'attribute, home, target_model, target_name, data_type, label, position, only_when_status, rule, reason, confidence',
    mapping_enum_value: 'attribute, value, target_value, rule, reason, confidence',
    mapping_status: 'status, conversation_state, rule, reason, confidence',
  };
  const qualified = (list: string): string => list.replaceAll(/\w+/g, 'd.$&');
  for (const [table, copied] of Object.entries(columns)) {
    await pool.query(
      `with recursive moved as (
         select class, class as like_class from ops.mapping_class where destination in ('conversation', 'contact', 'company')
         union all
         select c.class, m.like_class from ops.itop_class c join moved m on m.class = c.parent_class
       )
       insert into ops.${table} (class, ${copied})
       select moved.class, ${qualified(copied)} from moved join ops.${table} d on d.class = moved.like_class
       where moved.class <> moved.like_class on conflict do nothing`,
    );
  }
}
