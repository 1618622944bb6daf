import { sql } from 'kysely';
import { readNames } from '../../itop/record-names.ts';
import { RefusedError } from '../../platform/errors.ts';
import { type Html, html } from '../../platform/html.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { kindWords } from '../../reconcile/page-words.ts';
import { featureWords } from '../../transform/mapping/mapping-words.ts';
import { acceptSample } from '../../transform/sample/accept-sample.ts';
import type { ConsoleApp } from '../console-app.ts';
import { nameOf } from '../form-fields.ts';
import { failureOf, isRunning, jobContent } from '../job-content.ts';
import { byAndReason, command, type Frame, folded, form, later, table } from '../page.ts';
import { namedLink } from '../records/record-names.ts';

/** The sample: what each record shows, who opened it, and the signature for what was opened. */
export function sampleRoutes({ app, show, part, frameOf, recorded, context }: ConsoleApp): void {
  const openedBy = async (person: string): Promise<string[]> => {
    const rows = await warehouse(context.pool)
      .selectFrom('ops.sample as s')
      .innerJoin('ops.record_opened as o', 'o.source_key', 's.source_key')
      .select('s.target_key')
      .where('o.opened_by', '=', person)
      .where(sql<boolean>`o.fingerprint = ops.mapping_fingerprint()`)
      .execute();
    return rows.map((row) => row.target_key);
  };
  app.get('/sample', (request) =>
    show(request, '/sample', 'Sample', async (frame) => {
      const rows = await warehouse(context.pool)
        .selectFrom('ops.sample')
        .select(['source_key', 'target_key', 'target_type', 'covers'])
        .orderBy((sample) => sample('target_type', '=', 'conversation'), 'desc')
        .orderBy('target_type')
        .orderBy('position')
        .execute();
      const job = context.jobs.find(drawing);
      if (isRunning(job)) return later('/sample/drawing', 'Whether the sample is drawn', 2);
      const failed = failureOf(job);
      if (rows.length === 0) return html`${failed}${nothingDrawn(frame)}`;
      const { person } = frame.session;
      const opened = new Set(await openedBy(person));
      const names = await readNames(
        context.pool,
        rows.map((row) => row.source_key),
      );
      const next = rows.find((row) => !opened.has(row.target_key));
      const accepted = await warehouse(context.pool)
        .selectFrom('ops.sample_acceptance')
        .select([
          'accepted_by',
          'accepted_at',
          'looked_at',
          'waiver_reason',
          sql<boolean>`fingerprint = ops.mapping_fingerprint()`.as('is_present'),
        ])
        .orderBy('acceptance_id', 'desc')
        .limit(5)
        .execute();
      const introduction =
        person === ''
          ? form(
              frame,
              '/sample/person',
              html`<p>Say who you are. From then on the console remembers which records you open: you can sign those.</p>${byAndReason(frame, false)}<button>Begin</button>`,
            )
          : html`<p>${person}, you opened <b>${opened.size} of ${rows.length}</b> records of the sample. Your signature is for those.${next === undefined ? '' : html` <a href="/record/${encodeURIComponent(next.source_key)}">${opened.size === 0 ? 'Open the first one' : 'Open the next one'}</a>`}</p>
${form(frame, '/sample/accept', html`${byAndReason(frame, false)}<button${opened.size === 0 ? html` disabled` : ''}>I looked at ${opened.size === 1 ? 'this record, and it is' : `these ${opened.size} records, and they are`} right</button>`)}`;
      return html`${failed}<p class="purpose">Records that together show every rule that occurs in your data, and some drawn at random. Look at them before the load: iTop on the left, Intercom on the right.</p>
${introduction}
${accepted.map((one) => acceptance(frame, one))}
${table(
  frame.standing,
  [
    { name: 'Record', value: (row) => namedLink(names, row.source_key) },
    { name: 'Kind', value: (row) => kindWords(row.target_type) },
    ...(person === ''
      ? []
      : [{ name: 'You opened it', value: (row: (typeof rows)[number]) => opened.has(row.target_key) }]),
    { name: 'It shows', value: (row) => coversContent(row.covers) },
  ],
  rows,
  'The sample',
)}
${context.isReadOnly ? '' : folded('Draw it again', html`<p>After a new extraction or another mapping, other records may show what occurs. What was signed stays recorded.</p>${drawForm(frame, 'Draw it again')}`)}`;
    }),
  );
  app.get('/sample/drawing', (request) =>
    part(request, (frame) =>
      jobContent(
        frame,
        drawing,
        'The sample is being drawn',
        html`It is drawn. <a href="/sample">Look at the sample</a>`,
      ),
    ),
  );
  app.post('/sample/draw', async (request) => {
    await context.jobs.start(drawing, context.operator.drawSample);
    const isDrawn = context.jobs.find(drawing) === undefined;
    return recorded(request, '/sample', html`${isDrawn ? 'The sample is drawn.' : 'The sample is being drawn.'}`);
  });
  app.post('/sample/person', async (request) => {
    const person = nameOf((await request.req.parseBody()).by);
    request.get('session').person = person;
    return recorded(request, '/sample', html`You are ${person}: what you open from now on is remembered.`);
  });
  app.post('/sample/accept', async (request) => {
    const { session } = await frameOf(request);
    const by = nameOf((await request.req.parseBody()).by);
    const lookedAt = await openedBy(by);
    if (by !== session.person || lookedAt.length === 0) {
      throw new RefusedError(`${by} opened no record of the sample under this mapping.`, {
        stage: 'console',
        nextStep: 'Open the records of the sample under that name first, then sign.',
      });
    }
    await acceptSample(context.pool, { acceptedBy: by, lookedAt });
    const count = lookedAt.length;
    return recorded(request, '/sample', html`You signed for ${count} ${count === 1 ? 'record' : 'records'}, ${by}.`);
  });
}

/** Name of the drawing among what runs in the background. */
const drawing = 'sample';

function nothingDrawn(frame: Frame): Html {
  if (!frame.standing.isTransformed)
    return html`<p>A sample is drawn from what was transformed. Next: ${command('itop-to-intercom transform')}</p>`;
  return html`<p>No sample is drawn yet. It takes a few records of each kind that occurs, so that you see every rule at work before anything is loaded.</p>
${drawForm(frame, 'Draw the sample')}<p class="dim">The command does the same: ${command('itop-to-intercom sample')}</p>`;
}

const drawForm = (frame: Frame, words: string): Html => form(frame, '/sample/draw', html`<button>${words}</button>`);

interface Accepted {
  readonly accepted_by: string;
  readonly accepted_at: Date;
  readonly looked_at: readonly string[];
  readonly waiver_reason: string | null;
  readonly is_present: boolean;
}

/** Who signed for how many records, or waived the sample and why. */
function acceptance({ standing }: Frame, one: Accepted): Html {
  const count = one.looked_at.length;
  const what =
    one.waiver_reason === null
      ? html`${one.accepted_by} accepted ${count} ${count === 1 ? 'record' : 'records'} on ${standing.clock.time(one.accepted_at)}`
      : html`Nobody looked: ${one.accepted_by} waived the sample on ${standing.clock.time(one.accepted_at)} (${one.waiver_reason})`;
  return html`<p class="${one.is_present && one.waiver_reason === null ? 'green' : 'dim'}">${what}${one.is_present ? '' : '; the mapping has changed since, so look again'}.</p>`;
}

/** Features named before the rest is folded. */
const shownFeatures = 3;

/** What a record of the sample shows that few others do. */
export function coversContent(covers: readonly string[]): Html | string {
  if (covers.length === 0) return 'drawn at random';
  const words = [...new Set(covers.map(featureWords))];
  if (words.length <= shownFeatures + 1) return words.join(' · ');
  return html`${words.slice(0, shownFeatures).join(' · ')} <details><summary>and ${words.length - shownFeatures} more</summary>${words.slice(shownFeatures).join(' · ')}</details>`;
}
