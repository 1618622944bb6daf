import { readSetupSheet, signSetupItems } from '../../audit/setup-sheet.ts';
import { RefusedError } from '../../platform/errors.ts';
import { html } from '../../platform/html.ts';
import { command, type Frame, form } from '../page.ts';
import type { ConsoleApp } from '../server.ts';

/** The set-up sheet: what Intercom's API cannot set, signed item by item. */
export function setupRoutes({ app, show, frameOf, context }: ConsoleApp): void {
  app.get('/setup', (request) =>
    show(request, '/setup', 'Set-up sheet', async (frame) => {
      const { workspace, clock } = frame.standing;
      if (workspace === undefined)
        return html`<p>No workspace was looked at yet. Next: ${command('itop-to-intercom audit')}</p>`;
      const sheet = await readSetupSheet(context.pool, workspace.idCode);
      return html`<p>Set these by hand in workspace ${workspace.name}, then sign each. Without all of them no load starts.</p>
<ol class="sheet">${sheet.map(
        (
          item,
        ) => html`<li class="${item.state === 'open' ? 'open' : 'done'}"><h2>${item.title}</h2><p>${item.instruction}</p>
${item.state === 'open' ? signature(frame, item.item) : html`<p class="green">${item.state === 'done' ? 'Done' : 'Does not apply'}: ${item.signedBy}, ${clock.time(item.signedAt === null ? null : new Date(item.signedAt))} ${item.remark}</p>`}</li>`,
      )}</ol>`;
    }),
  );
  app.post('/setup', async (request) => {
    const { standing, session } = await frameOf(request);
    if (standing.workspace === undefined)
      throw new RefusedError('No workspace is known yet.', { stage: 'console', nextStep: 'itop-to-intercom audit' });
    const fields = await request.req.parseBody();
    session.person = String(fields.by ?? '').trim();
    await signSetupItems(context.pool, {
      workspaceIdCode: standing.workspace.idCode,
      items: [String(fields.item ?? '')],
      state: fields.state === 'not_applicable' ? 'not_applicable' : 'done',
      signedBy: session.person,
      remark: String(fields.remark ?? '').trim(),
    });
    return request.redirect('/setup', 303);
  });
}

function signature(frame: Frame, item: string) {
  return form(
    frame,
    '/setup',
    html`<input type="hidden" name="item" value="${item}"><label>Your name <input name="by" required value="${frame.session.person}"></label>
<label>State <select name="state"><option value="done">done</option><option value="not_applicable">does not apply</option></select></label>
<label>Remark <input name="remark"></label><button>Sign</button>`,
  );
}
