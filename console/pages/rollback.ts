import { sql } from 'kysely';
import { RefusedError } from '../../platform/errors.ts';
import { type Html, html } from '../../platform/html.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { kindWords, rollbackWords } from '../../reconcile/page-words.ts';
import type { ConsoleApp } from '../console-app.ts';
import { failureOf, isRunning, jobContent } from '../job-content.ts';
import { command, type Frame, folded, form, later, table } from '../page.ts';

const stateWords: Readonly<Record<string, string>> = {
  planned: 'Nothing was done yet.',
  executing: 'It is being done.',
  done: 'It is done.',
};

/** The latest plan of a rollback: how many of each kind, why, and the hash that executes exactly it. */
export function rollbackRoutes({ app, show, part, frameOf, recorded, context }: ConsoleApp): void {
  app.get('/rollback', (request) =>
    show(request, '/rollback', 'Rollback', async (frame) => {
      const { standing } = frame;
      const job = context.jobs.find(planning);
      if (isRunning(job)) return later('/rollback/planning', 'Whether the plan is made', 2);
      const failed = failureOf(job);
      const plans = await warehouse(context.pool)
        .selectFrom('reconcile.rollback_plan')
        .select(['plan_id', 'hash', 'state', 'planned_at'])
        .where('workspace_id_code', '=', standing.workspace?.idCode ?? '')
        .orderBy('plan_id', 'desc')
        .limit(1)
        .execute();
      const plan = plans[0];
      if (plan === undefined) {
        return html`${failed}<p>No rollback is planned. A plan says what one would take back and what would stay. It reads the workspace, and changes nothing there.</p>
${planForm(frame, 'Plan a rollback')}<p class="dim">The command does the same, also for a part of it: ${command('itop-to-intercom rollback plan')}</p>`;
      }
      const buckets = await warehouse(context.pool)
        .selectFrom('reconcile.rollback_item')
        .select(['action', 'target_type', 'reason', 'state', sql<number>`count(*)::integer`.as('count')])
        .select(
          sql<string | null>`case when count(distinct leaves) < 2 then min(leaves) else 'see the plan' end`.as(
            'leaves',
          ),
        )
        .where('plan_id', '=', plan.plan_id)
        .groupBy(['action', 'target_type', 'reason', 'state'])
        .orderBy('action')
        .orderBy(sql`count(*)`, 'desc')
        .orderBy('target_type')
        .execute();
      return html`${failed}<p>Planned on ${standing.clock.time(plan.planned_at)}. ${stateWords[plan.state] ?? plan.state}${plan.state === 'planned' ? html` To do exactly what it says: ${command(`itop-to-intercom rollback execute ${plan.hash}`)}` : ''}</p>
${table(
  standing,
  [
    { name: 'What becomes of it', value: (row) => rollbackWords(row.action) },
    { name: 'Kind', value: (row) => kindWords(row.target_type) },
    { name: 'How many', value: (row) => row.count },
    { name: 'Why', value: (row) => row.reason },
    { name: 'Leaves behind', value: (row) => row.leaves },
    { name: 'State', value: (row) => row.state },
  ],
  buckets,
  'The plan',
)}
<p>${buckets.some(({ action }) => action === 'keep' || action === 'impossible') ? html`<a href="/lists/rollback">What would stay in Intercom, record by record</a>` : plan.state === 'done' ? 'Nothing that was loaded stays.' : 'Everything that was loaded can be taken back.'}</p>
${context.isReadOnly ? '' : folded('Plan again', html`<p>A plan is of the workspace as it was then. A new one takes the place of this one here.</p>${planForm(frame, 'Plan again')}`)}`;
    }),
  );
  app.get('/rollback/planning', (request) =>
    part(request, (frame) =>
      jobContent(
        frame,
        planning,
        'The workspace is being read for the plan',
        html`It is planned. <a href="/rollback">Look at the plan</a>`,
      ),
    ),
  );
  app.post('/rollback/plan', async (request) => {
    const { standing } = await frameOf(request);
    if (standing.workspace === undefined)
      throw new RefusedError('Nothing was loaded into Intercom yet.', {
        stage: 'console',
        nextStep: 'itop-to-intercom load',
      });
    const { idCode } = standing.workspace;
    await context.jobs.start(planning, () => context.operator.planRollback(idCode));
    const isPlanned = context.jobs.find(planning) === undefined;
    return recorded(request, '/rollback', html`${isPlanned ? 'The rollback is planned.' : 'The plan is being made.'}`);
  });
}

/** Name of the planning among what runs in the background. */
const planning = 'rollback plan';

const planForm = (frame: Frame, words: string): Html => form(frame, '/rollback/plan', html`<button>${words}</button>`);
