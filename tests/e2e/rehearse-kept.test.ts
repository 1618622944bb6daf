import { expect, it } from 'vitest';
import { openDatabase } from '../../platform/database.ts';
import { loadSettings } from '../../platform/settings.ts';
import { operatorOf } from '../../workflow/operator.ts';
import { ownRehearsal } from '../support/own-rehearsal.ts';
import { silentContext } from '../support/silent-context.ts';

it('a rehearsal that is kept goes on by the command it names, and ends when told', { timeout: 400_000 }, async () => {
  const rehearsal = await ownRehearsal();
  try {
    const stopped = await rehearsal.run(
      'rehearse',
      '--tickets',
      '20',
      '--call-limit',
      '0',
      '--keep',
      '--until',
      'load',
    );
    expect(stopped.code, stopped.errors).toBe(0);
    const next = /Next: itop-to-intercom (.*)/.exec(stopped.output)?.[1]?.split(' ') ?? [];
    expect(next.slice(0, 2)).toEqual(['load', '--config']);
    const loaded = await rehearsal.run(...next);
    expect(loaded.code, loaded.errors).toBe(0);
    const file = next[2] ?? '';
    const settings = loadSettings({ environment: {}, file });
    const database = openDatabase(settings.database.url ?? '', { max: 4 });
    try {
      const operator = operatorOf(silentContext(database, settings));
      expect((await database.pool.query('select from ops.sample limit 1')).rowCount).toBe(1);
      const { steps } = await operator.readProgress(undefined);
      const waived = steps.filter(({ state }) => state === 'waived').map(({ name }) => name);
      expect(waived).toEqual(expect.arrayContaining(['setup', 'sample']));
      const workspace = await database.pool.query<{ id: string }>('select workspace_id_code as id from load.workspace');
      await operator.planRollback(workspace.rows[0]?.id ?? '');
      await expect(operator.planRollback('another')).rejects.toThrow('not of another');
      const planned = await database.pool.query(
        'select from reconcile.rollback_item i join reconcile.rollback_plan using (plan_id)',
      );
      expect(planned.rowCount).toBeGreaterThan(20);
    } finally {
      await database.close();
    }
  } finally {
    const ended = await rehearsal.run('rehearse', '--stop');
    expect(ended.output).toContain('stopped and removed');
    await rehearsal.remove();
  }
});
