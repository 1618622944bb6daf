import { RefusedError } from '../../platform/errors.ts';
import { html } from '../../platform/html.ts';
import { acceptSample } from '../../transform/sample/accept-sample.ts';
import { byAndReason, command, form, recordLink, table } from '../page.ts';
import type { ConsoleApp } from '../server.ts';

/** The sample: what each record shows, who opened it, and the signature for what was opened. */
export function sampleRoutes({ app, show, frameOf, context }: ConsoleApp): void {
  const openedBy = async (person: string): Promise<string[]> => {
    const { rows } = await context.pool.query<{ target_key: string }>(
      `select s.target_key from ops.sample s join ops.record_opened o on o.source_key = s.source_key
       where o.opened_by = $1 and o.fingerprint = ops.mapping_fingerprint()`,
      [person],
    );
    return rows.map((row) => row.target_key);
  };
  app.get('/sample', (request) =>
    show(request, '/sample', 'Sample', async (frame) => {
      const { rows } = await context.pool.query<{
        source_key: string;
        target_key: string;
        target_type: string;
        covers: string[];
      }>(
        `select source_key, target_key, target_type, covers from ops.sample order by target_type = 'conversation' desc, target_type, position`,
      );
      if (rows.length === 0) return html`<p>No sample is drawn yet. Next: ${command('itop-to-intercom sample')}</p>`;
      const { person } = frame.session;
      const opened = new Set(await openedBy(person));
      const { rows: accepted } = await context.pool.query<{
        accepted_by: string;
        accepted_at: Date;
        looked_at: string[];
        is_present: boolean;
      }>(
        `select accepted_by, accepted_at, looked_at, fingerprint = ops.mapping_fingerprint() as is_present
         from ops.sample_acceptance order by acceptance_id desc limit 5`,
      );
      const introduction =
        person === ''
          ? form(
              frame,
              '/sample/person',
              html`<p>Say who you are: you can sign what you open from then on.</p>${byAndReason(frame, false)}<button>Begin</button>`,
            )
          : html`<p>${person}, you opened <b>${opened.size} of ${rows.length}</b> records of the sample. Your signature is for those.</p>
${form(frame, '/sample/accept', html`${byAndReason(frame, false)}<button${opened.size === 0 ? html` disabled` : ''}>I looked at these ${opened.size} records, and they are right</button>`)}`;
      return html`${introduction}
${accepted.map((one) => html`<p class="${one.is_present ? 'green' : 'dim'}">${one.accepted_by} accepted ${one.looked_at.length} records on ${frame.standing.clock.time(one.accepted_at)}${one.is_present ? '' : '; the mapping has changed since'}.</p>`)}
${table(
  frame.standing,
  [
    { name: 'record', value: (row) => recordLink(row.source_key) },
    { name: 'kind', value: (row) => row.target_type.replaceAll('_', ' ') },
    { name: 'opened', value: (row) => opened.has(row.target_key) },
    { name: 'in the sample for', value: (row) => row.covers.join(' · ') },
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

function nameOf(value: unknown): string {
  const name = String(value ?? '').trim();
  if (name === '')
    throw new RefusedError('A signature needs a name.', { stage: 'console', nextStep: 'Give your name.' });
  return name;
}
