import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isNode, parseDocument } from 'yaml';
import { RefusedError } from '../../platform/errors.ts';
import { type Html, html } from '../../platform/html.ts';
import { checkMapping } from '../../transform/mapping/check-mapping.ts';
import { applyMapping } from '../../transform/mapping/confirm-mapping.ts';
import { homes } from '../../transform/mapping/mapping-schema.ts';
import { parseMapping, readMappingFile } from '../../transform/mapping/read-mapping.ts';
import { byAndReason, command, type Frame, form, later, table } from '../page.ts';
import type { ConsoleApp } from '../server.ts';

/** What becomes of each class and attribute: the file stays the truth, and shows what is changed here. */
export function mappingRoutes({ app, show, part, frameOf, context }: ConsoleApp): void {
  const { mappingFile, pool } = context;
  app.get('/mapping', (request) =>
    show(request, '/mapping', 'Mapping', (frame) => {
      if (!existsSync(mappingFile))
        return html`<p>There is no ${mappingFile} yet. Next: ${command('itop-to-intercom map propose')}</p>`;
      const { mapping } = readMappingFile(mappingFile);
      const rows = Object.entries(mapping.classes).map(([name, entry]) => ({ name, ...entry }));
      return html`<p>From ${mappingFile}: ${rows.length} classes. ${later('/mapping/effect', 'Check it, and see what it changes')}</p>
${table(
  frame.standing,
  [
    { name: 'class', value: (row) => html`<a href="/mapping/class/${encodeURIComponent(row.name)}">${row.name}</a>` },
    { name: 'goes to', value: (row) => row.to.replaceAll('_', ' ') },
    { name: 'attributes', value: (row) => Object.keys(row.attributes ?? {}).length || null },
    { name: 'how sure', value: (row) => row.confidence },
    { name: 'why', value: (row) => row.reason ?? '' },
  ],
  rows,
  'Classes',
)}`;
    }),
  );
  app.get('/mapping/effect', (request) => part(request, (frame) => effect(frame)));
  app.get('/mapping/class/:name', (request) => {
    const name = request.req.param('name');
    return show(request, '/mapping', `Mapping of ${name}`, (frame) => classPage(frame, name));
  });
  app.post('/mapping/class/:name', async (request) => {
    const name = request.req.param('name');
    const fields = await request.req.parseBody();
    changeAttribute(
      mappingFile,
      name,
      String(fields.attribute ?? ''),
      String(fields.home ?? ''),
      String(fields.to ?? '').trim(),
    );
    return request.redirect(`/mapping/class/${encodeURIComponent(name)}`, 303);
  });
  app.post('/mapping/confirm', async (request) => {
    const { standing, session } = await frameOf(request);
    if (standing.workspace === undefined) {
      throw new RefusedError('No workspace is known yet, so nobody can confirm for it.', {
        stage: 'console',
        nextStep: 'itop-to-intercom audit',
      });
    }
    session.person = String((await request.req.parseBody()).by ?? '').trim();
    if (session.person === '')
      throw new RefusedError('A confirmation needs a name.', { stage: 'console', nextStep: 'Give your name.' });
    const file = readMappingFile(mappingFile);
    const { faults } = await checkMapping(pool, file);
    if (faults.length > 0)
      throw new RefusedError(`The mapping has ${faults.length} faults.`, {
        stage: 'console',
        nextStep: 'Correct them: the mapping page lists them.',
      });
    await applyMapping(pool, file, { workspaceIdCode: standing.workspace.idCode, confirmedBy: session.person });
    return request.redirect('/mapping', 303);
  });
}

function classPage(frame: Frame, name: string): Html {
  const file = readMappingFile(frame.context.mappingFile);
  const entry = file.mapping.classes[name];
  if (entry === undefined)
    throw new RefusedError(`The mapping has no class ${name}.`, {
      stage: 'console',
      nextStep: 'itop-to-intercom map propose',
    });
  const document = parseDocument(file.text);
  const seen = (attribute: string): string => {
    const node: unknown = document.getIn(['classes', name, 'attributes', attribute], true);
    return isNode(node) ? (node.comment ?? '').trim() : '';
  };
  const rows = Object.entries(entry.attributes ?? {}).map(([attribute, of]) => ({ attribute, ...of }));
  return html`<p>${name} goes to <b>${entry.to.replaceAll('_', ' ')}</b>: ${entry.reason ?? ''}. Another destination: ${command(`itop-to-intercom map set ${name} <destination>`)}</p>
${table(
  frame.standing,
  [
    { name: 'attribute', value: (row) => row.attribute },
    {
      name: 'goes to',
      value: (row) => [row.home.replaceAll('_', ' '), row.to].filter((word) => word !== undefined).join(': '),
    },
    { name: 'in the data', value: (row) => seen(row.attribute) },
    { name: 'how sure', value: (row) => row.confidence },
    { name: 'why', value: (row) => row.reason ?? '' },
    { name: 'change', value: (row) => changeForm(frame, name, row) },
  ],
  rows,
  `Attributes of ${name}`,
)}`;
}

function changeForm(
  frame: Frame,
  name: string,
  row: { attribute: string; home: string; to?: string | undefined },
): Html {
  return html`<details><summary>change</summary>${form(
    frame,
    `/mapping/class/${encodeURIComponent(name)}`,
    html`<input type="hidden" name="attribute" value="${row.attribute}"><label>Home <select name="home">${homes.map(
      (home) =>
        html`<option value="${home}"${home === row.home ? html` selected` : ''}>${home.replaceAll('_', ' ')}</option>`,
    )}</select></label><label>Name in Intercom <input name="to" value="${row.to ?? ''}"></label><button>Write it into the file</button>`,
  )}</details>`;
}

/** Changes one attribute in the file and nothing else of it. What would not parse is not written. */
function changeAttribute(path: string, className: string, attribute: string, home: string, to: string): void {
  const document = parseDocument(readFileSync(path, 'utf8'));
  const at = ['classes', className, 'attributes', attribute];
  if (!document.hasIn(at))
    throw new RefusedError(`The mapping has no ${className}.${attribute}.`, {
      stage: 'console',
      nextStep: 'Open the mapping page again.',
    });
  document.setIn([...at, 'home'], home);
  if (to === '') document.deleteIn([...at, 'to']);
  else document.setIn([...at, 'to'], to);
  document.setIn([...at, 'confidence'], 'certain');
  document.setIn([...at, 'reason'], 'decided in the console');
  const text = document.toString({ lineWidth: 0 });
  parseMapping(text, path);
  writeFileSync(path, text);
}

/** What the file changes against the warehouse, and the button that confirms it: the same as "map check" and "map confirm". */
async function effect(frame: Frame): Promise<Html> {
  const { pool, mappingFile } = frame.context;
  const file = readMappingFile(mappingFile);
  const { faults, notes } = await checkMapping(pool, file);
  if (faults.length > 0) {
    return html`<p class="alarm">${faults.length} faults:</p><ul>${faults.map((fault) => html`<li>line ${fault.line ?? '-'}: ${fault.fault}. ${fault.nextStep}</li>`)}</ul>`;
  }
  const { decisions, payloads } = await applyMapping(pool, file, undefined);
  return html`<p>${decisions.length === 0 ? 'It changes nothing against the warehouse.' : `${decisions.length} decisions differ from the warehouse.`}</p>
<ul>${decisions.slice(0, 50).map(({ entry, before, after }) => html`<li>${entry}: ${before ?? '(none)'} → ${after ?? '(none)'}</li>`)}</ul>
<ul>${payloads.map(({ class: name, what, objects, examples }) => html`<li>${name}, ${what}: ${objects} objects${examples.slice(0, 2).map((one) => html`<br><small>${one.sourceKey}: ${one.before ?? '(nothing)'} → ${one.after ?? '(nothing)'}</small>`)}</li>`)}</ul>
${notes.length === 0 ? '' : html`<details><summary>${notes.length} notes</summary><ul>${notes.map((note) => html`<li>${note.fault}</li>`)}</ul></details>`}
${form(frame, '/mapping/confirm', html`${byAndReason(frame, false)}<button>I decided so</button>`)}`;
}
