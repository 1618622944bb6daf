import { readSetupSheet, type SetupItem, setupItems, signSetupItems } from '../../audit/setup-sheet.ts';
import { RefusedError } from '../../platform/errors.ts';
import { type Html, html } from '../../platform/html.ts';
import type { ConsoleApp } from '../console-app.ts';
import { nameOf } from '../form-fields.ts';
import { command, form } from '../page.ts';

/** The set-up sheet: what Intercom's API cannot set, signed item by item. */
export function setupRoutes({ app, show, frameOf, recorded, context }: ConsoleApp): void {
  app.get('/setup', (request) =>
    show(request, '/setup', 'Set-up sheet', async (frame) => {
      const { workspace, clock } = frame.standing;
      if (workspace === undefined)
        return html`<p>No workspace was looked at yet. Next: ${command('itop-to-intercom audit')}</p>`;
      const sheet = await readSetupSheet(context.pool, workspace.idCode);
      const open = sheet.filter(({ state }) => state === 'open');
      const items = html`<ol class="sheet">${sheet.map(
        (
          item,
        ) => html`<li class="${item.state === 'open' ? 'open' : 'done'}"><h2>${item.title}</h2><p>${item.instruction}</p>
${
  item.state !== 'open'
    ? html`<p class="green">✓ ${item.state === 'done' ? 'Done' : 'Does not apply'}: ${item.signedBy}, ${clock.time(item.signedAt === null ? null : new Date(item.signedAt))}${item.remark === '' ? '' : `. ${item.remark}`}</p>`
    : context.isReadOnly
      ? html`<p class="dim">Open.</p>`
      : choice(item)
}</li>`,
      )}</ol>`;
      return html`<p class="purpose">Set these by hand in workspace ${workspace.name}, because Intercom's API cannot, then sign. No load starts before all are signed: an import could mail your customers or start a bot.</p>
<p>${open.length === 0 ? html`<span class="green">All ${sheet.length} are signed.</span>` : `${open.length} of ${sheet.length} are open.`}</p>
${open.length === 0 ? items : form(frame, '/setup', html`${items}<label>Your name <input name="by" required autocomplete="name" value="${frame.session.person}"></label> <button>Sign what I set</button>`)}
${open.length > 0 && context.isReadOnly ? items : ''}`;
    }),
  );
  app.post('/setup', async (request) => {
    const { standing, session } = await frameOf(request);
    if (standing.workspace === undefined)
      throw new RefusedError('No workspace is known yet.', { stage: 'console', nextStep: 'itop-to-intercom audit' });
    const fields = await request.req.parseBody();
    session.person = nameOf(fields.by);
    const stated = setupItems.flatMap(({ item }) => {
      const state = fields[`state.${item}`];
      return state === 'done' || state === 'not_applicable' ? [{ item, state } as const] : [];
    });
    if (stated.length === 0)
      throw new RefusedError('Nothing was chosen to be signed.', {
        stage: 'console',
        nextStep: 'Go back, and say of each item that you set whether it is done or does not apply.',
      });
    const remarkOn = (item: string): string => String(fields[`remark.${item}`] ?? '').trim();
    const unexplained = stated.find(({ item, state }) => state === 'not_applicable' && remarkOn(item) === '');
    if (unexplained !== undefined)
      throw new RefusedError(`“${setupItems.find(({ item }) => item === unexplained.item)?.title}” needs a remark.`, {
        stage: 'console',
        nextStep: 'Go back, and say in its remark why it does not apply. Nothing was signed yet.',
      });
    const sheet = await readSetupSheet(context.pool, standing.workspace.idCode);
    const signed = sheet.find(({ item, state }) => state !== 'open' && stated.some((one) => one.item === item));
    if (signed !== undefined)
      throw new RefusedError(`“${signed.title}” was signed by ${signed.signedBy} after this page was opened.`, {
        stage: 'console',
        nextStep: 'Open the set-up sheet again. Nothing of this form was signed.',
      });
    for (const { item, state } of stated) {
      await signSetupItems(context.pool, {
        workspaceIdCode: standing.workspace.idCode,
        items: [item],
        state,
        signedBy: session.person,
        remark: remarkOn(item),
      });
    }
    const count = stated.length;
    return recorded(request, '/setup', html`You signed ${count} ${count === 1 ? 'item' : 'items'}, ${session.person}.`);
  });
}

/** Whether an item is done, with room for a remark. */
function choice({ item, title }: SetupItem): Html {
  return html`<p class="choice"><label>State <select name="state.${item}" aria-label="State of: ${title}"><option value="">open</option><option value="done">done</option><option value="not_applicable">does not apply</option></select></label>
<label>Remark <input name="remark.${item}" aria-label="Remark on: ${title}"></label></p>`;
}
