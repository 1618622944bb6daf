import { sql } from 'kysely';
import { readNames } from '../../itop/record-names.ts';
import { RefusedError } from '../../platform/errors.ts';
import { type Html, html } from '../../platform/html.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { kindWords } from '../../reconcile/page-words.ts';
import { featureWords } from '../../transform/mapping/mapping-words.ts';
import { acceptSample } from '../../transform/sample/accept-sample.ts';
import type { ConsoleApp } from '../console-app.ts';
import { byAndReason, command, form, table } from '../page.ts';
import { namedLink } from '../records/record-names.ts';

/** The sample: what each record shows, who opened it, and the signature for what was opened. */
export function sampleRoutes({ app, show, frameOf, context }: ConsoleApp): void {
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
      if (rows.length === 0) return html`<p>No sample is drawn yet. Next: ${command('itop-to-intercom sample')}</p>`;
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
      return html`<p class="purpose">Records that together show every rule that occurs in your data, and some drawn at random. Look at them before the load: iTop on the left, Intercom on the right.</p>
${introduction}
${accepted.map((one) => html`<p class="${one.is_present ? 'green' : 'dim'}">${one.accepted_by} accepted ${one.looked_at.length} ${one.looked_at.length === 1 ? 'record' : 'records'} on ${frame.standing.clock.time(one.accepted_at)}${one.is_present ? '' : '; the mapping has changed since, so look again'}.</p>`)}
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
)}`;
    }),
  );
  app.post('/sample/person', async (request) => {
    request.get('session').person = nameOf((await request.req.parseBody()).by);
    return request.redirect('/sample', 303);
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
    return request.redirect('/sample', 303);
  });
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

function nameOf(value: unknown): string {
  const name = String(value ?? '').trim();
  if (name === '')
    throw new RefusedError('A signature needs a name.', { stage: 'console', nextStep: 'Give your name.' });
  return name;
}
