import { afterEach, describe, expect, it } from 'vitest';
import { forecastLoad } from '../../load/plan/forecast.ts';
import { planRequests } from '../../load/plan/plan-requests.ts';
import { planBackwards } from '../../load/plan/timetable.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';

let workspace: TestWorkspace;
afterEach(() => workspace.close());

const settings = { workspaceIdCode: 'workspace1', bodyLimitBytes: 2_000_000, assignsClosedToBoth: false };
const forecastSettings = { workspaceIdCode: 'workspace1', reserveShare: 0.2, inFlight: 60, bodyLimitBytes: 2_000_000 };

/** Planned requests with the ids the workspace gave since in place of the keys that stood for them. */
async function resolved(plan: unknown): Promise<unknown> {
  const { rows } = await workspace.database.pool.query<{ target_key: string; target_id: string }>(
    `select target_key, target_id from load.identity
     where target_type in ('contact', 'company', 'conversation', 'tag', 'custom_object_instance', 'collection', 'admin') order by target_type`,
  );
  const admin = await workspace.database.pool.query<{ token_admin_id: string }>(
    'select token_admin_id from load.workspace',
  );
  let text = JSON.stringify(plan).replaceAll('{fallback teammate}', admin.rows[0]?.token_admin_id ?? '');
  for (const { target_key, target_id } of rows) text = text.replaceAll(`{${target_key}}`, target_id);
  return JSON.parse(text);
}

describe('plan', () => {
  it('shows the very requests that the load then makes, and counts them', async () => {
    workspace = await openTestWorkspace(everyOperation());
    const { pool } = workspace.database;
    // The first calls teach the teammates and teams of the workspace.
    await workspace.load({ stopAfter: 1 });
    const before = await pool.query<{ count: number }>('select count(*)::integer as count from load.journal');
    const keys = await pool.query<{ target_key: string }>(
      `select target_key from intercom.conversation union all select target_key from intercom.contact
       union all select target_key from intercom.company union all select target_key from intercom.contact_company
       union all select target_key from intercom.tag union all select target_key from intercom.custom_object_instance
       union all select target_key from intercom.collection union all select target_key from intercom.article
       union all select 'conversation_attribute:itop_cis' order by 1`,
    );
    expect(keys.rows.length).toBe(12);
    const plans = [];
    for (const { target_key } of keys.rows) plans.push(await planRequests(pool, target_key, settings));
    const forecast = await forecastLoad(pool, forecastSettings);
    await workspace.load();
    for (const plan of plans) {
      const made = await pool.query<{
        operation: string;
        method: string;
        path: string;
        payload: Record<string, unknown> | null;
      }>(
        `select operation, method, path, payload from load.journal
         where case when $2 = 'conversation' then source_key = $1 and phase = 'conversations' else target_key = $1 end order by journal_id`,
        [plan.key, plan.kind],
      );
      const planned = (await resolved(plan.requests)) as typeof plan.requests;
      expect(
        planned.map(({ operation, method, path, body }) => ({ operation, method, path, body })),
        plan.key,
      ).toEqual(
        made.rows.map(({ operation, method, path, payload }) => {
          const { attachment_files: _files, ...body } = payload ?? {};
          // Ids that stand for themselves in a plan are text there; some are numbers on their way.
          const sent = Object.entries(body).map(([name, value]) => [
            name,
            /^(author|parent)_id$/.test(name) ? String(value) : value,
          ]);
          return {
            operation,
            method,
            path: decodeURIComponent(path),
            body: payload === null ? null : Object.fromEntries(sent),
          };
        }),
      );
    }
    for (const { target_key } of keys.rows) {
      expect(await planRequests(pool, target_key, settings)).toMatchObject({ isLoaded: true, requests: [] });
    }
    const after = await pool.query<{ count: number }>('select count(*)::integer as count from load.journal');
    const made = (after.rows[0]?.count ?? 0) - (before.rows[0]?.count ?? 0);
    const companies = forecast.phases.find(({ phase }) => phase === 'companies')?.objects ?? 0;
    // The journal holds writing calls; each company costs one look beside.
    expect(forecast.calls - companies).toBeGreaterThanOrEqual(made);
    expect((await forecastLoad(pool, forecastSettings)).calls).toBe(0);
  });

  it('refuses what is not planned', async () => {
    workspace = await openTestWorkspace(everyOperation());
    await expect(planRequests(workspace.database.pool, 'R-999999', settings)).rejects.toThrow(
      /Nothing is planned for R-999999/,
    );
  });

  it('takes the pace that was observed, and counts back from the cutover', async () => {
    workspace = await openTestWorkspace(everyOperation());
    const { pool } = workspace.database;
    const assumed = await forecastLoad(pool, forecastSettings);
    expect(assumed).toMatchObject({ paceFrom: 'assumed', latencyFrom: 'assumed', callsPerSecond: 133.28 });
    await pool.query(
      `insert into load.workspace (workspace_id_code, name, region, base_url, token_admin_id) values ('workspace1', 'w', 'us', 'u', '1')`,
    );
    await pool.query(
      `insert into load.rate_window (workspace_id_code, resets_at, is_predicted, call_limit) values ('workspace1', now(), false, 10)`,
    );
    const observed = await forecastLoad(pool, forecastSettings);
    expect(observed).toMatchObject({ paceFrom: 'observed', callsPerSecond: 0.8 });
    expect(observed.loadSeconds).toBe(Math.ceil(observed.calls / 0.8));
    const cutover = new Date('2027-01-04T08:00:00Z');
    const { latestSafeStart } = planBackwards(observed, cutover);
    expect(cutover.getTime() - latestSafeStart.getTime()).toBeGreaterThanOrEqual(observed.loadSeconds * 1_500);
  });
});
