import type pg from 'pg';
import { RefusedError } from '../platform/errors.ts';

/**
 * Lets a phase start only when everything in the phases before it is explained (`reconcile.gate`). Throws RefusedError that
 * names the closed gate (a delta lets a configured number of failures pass), the rows behind it and how a person accepts them.
 */
export async function passGate(pool: pg.Pool, workspaceIdCode: string, phase: string, mostFailures = 0): Promise<void> {
  const { rows } = await pool.query<{ phase: string; reason: string }>(
    `select earlier.phase, earlier.reason
     from reconcile.gate earlier
     join reconcile.phase present on present.phase = $2 and present.position > earlier.position
     where earlier.workspace_id_code = $1 and not earlier.is_open
       and not (earlier.unexplained_verdicts = 0 and earlier.uncertain_calls = 0 and earlier.unaccepted_failures <= $3)
     order by earlier.position`,
    [workspaceIdCode, phase, mostFailures],
  );
  if (rows.length === 0) return;
  const closed = rows.map((row) => `${row.phase} (${row.reason})`).join(', ');
  throw new RefusedError(`The phase ${phase} does not start: not everything before it is explained: ${closed}.`, {
    stage: 'load',
    nextStep: `Look at reconcile.difference and load.outcome; correct the records and load again, or accept what is to stay: itop-to-intercom reconcile accept --phase ${rows[0]?.phase} --by NAME --reason WHY`,
  });
}
