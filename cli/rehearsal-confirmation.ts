import { identifyAdmin } from '../intercom/workspace.ts';
import type { CommandContext } from './command-context.ts';
import { intercomOf } from './intercom-of.ts';

/**
 * Records the confirmations without which no load starts, for the workspace of the rehearsal.
 *
 * Only a rehearsal may confirm by itself: it started that workspace. `load` refuses any other until a person confirmed.
 */
export async function confirmRehearsal({ settings, database }: CommandContext): Promise<void> {
  const intercom = intercomOf(settings);
  try {
    const { value } = await intercom.send(identifyAdmin());
    await database.pool.query(
      `insert into ops.confirmation (workspace_id_code, subject, fingerprint, confirmed_by)
       select $1, subject, 'rehearsal', 'rehearse' from unnest(array['audit', 'mapping', 'setup', 'silence']) as subject
       on conflict do nothing`,
      [value.idCode],
    );
    // What the generated site added itself has no default decision; a person would decide in mapping.yaml.
    await database.pool.query(
      `insert into ops.mapping_class (class, destination, rule, reason)
       select class, case when class like 'TagSetField%' then 'reference' else 'handoff' end, 'F3', 'of the generated site'
       from ops.itop_class where not is_standard on conflict do nothing`,
    );
  } finally {
    await intercom.close();
  }
}
