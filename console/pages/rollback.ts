import { html } from '../../platform/html.ts';
import { command, recordLink, table } from '../page.ts';
import type { ConsoleApp } from '../server.ts';

/** Things of one action that are shown; all of them are in the plan's own query. */
const shownItems = 200;

/** The latest plan of a rollback: how many of each kind, why, and the hash that executes exactly it. */
export function rollbackRoutes({ app, show, context }: ConsoleApp): void {
  app.get('/rollback', (request) =>
    show(request, '/rollback', 'Rollback', async ({ standing }) => {
      const { rows: plans } = await context.pool.query<{
        plan_id: string;
        hash: string;
        state: string;
        planned_at: Date;
      }>(
        `select plan_id, hash, state, planned_at from reconcile.rollback_plan where workspace_id_code = $1 order by plan_id desc limit 1`,
        [standing.workspace?.idCode ?? ''],
      );
      const plan = plans[0];
      if (plan === undefined) {
        return html`<p>No rollback is planned. A plan says row by row what would become of everything that was loaded, and changes nothing: ${command('itop-to-intercom rollback plan')}</p>`;
      }
      const { rows: buckets } = await context.pool.query<{
        action: string;
        target_type: string;
        reason: string;
        state: string;
        count: number;
      }>(
        `select action, target_type, reason, state, count(*)::integer as count from reconcile.rollback_item
         where plan_id = $1 group by action, target_type, reason, state order by action, count(*) desc, target_type`,
        [plan.plan_id],
      );
      const { rows: kept } = await context.pool.query<{
        source_key: string;
        target_type: string;
        action: string;
        reason: string;
      }>(
        `select source_key, target_type, action, reason from reconcile.rollback_item
         where plan_id = $1 and action in ('keep', 'impossible') order by position limit ${shownItems}`,
        [plan.plan_id],
      );
      return html`<p>Planned on ${standing.clock.time(plan.planned_at)}; ${plan.state}. ${plan.state === 'planned' ? html`Exactly this plan: ${command(`itop-to-intercom rollback execute ${plan.hash}`)}` : ''}</p>
${table(
  standing,
  [
    { name: 'what becomes of it', value: (row) => row.action },
    { name: 'kind', value: (row) => row.target_type.replaceAll('_', ' ') },
    { name: 'how many', value: (row) => row.count },
    { name: 'why', value: (row) => row.reason },
    { name: 'state', value: (row) => row.state },
  ],
  buckets,
  'The plan',
)}
<h2>What stays</h2>${table(
        standing,
        [
          { name: 'record', value: (row) => recordLink(row.source_key) },
          { name: 'kind', value: (row) => row.target_type.replaceAll('_', ' ') },
          { name: 'action', value: (row) => row.action },
          { name: 'why', value: (row) => row.reason },
        ],
        kept,
        'What stays',
      )}`;
    }),
  );
}
