import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type pg from 'pg';
import { isNode, parseDocument } from 'yaml';
import { RefusedError } from '../../platform/errors.ts';
import { type Html, html } from '../../platform/html.ts';
import { destinationWords, homeWords } from '../../platform/page-words.ts';
import { readNames } from '../../platform/record-names.ts';
import { checkMapping } from '../../transform/mapping/check-mapping.ts';
import { applyMapping } from '../../transform/mapping/confirm-mapping.ts';
import { homes } from '../../transform/mapping/mapping-schema.ts';
import { parseMapping, readMappingFile } from '../../transform/mapping/read-mapping.ts';
import type { ConsoleApp } from '../console-app.ts';
import { byAndReason, command, type Frame, folded, form, later, table } from '../page.ts';
import { namedLink } from '../records/record-names.ts';

/** What becomes of each class and attribute: the file stays the truth, and shows what is changed here. */
export function mappingRoutes({ app, show, part, frameOf, context }: ConsoleApp): void {
  const { mappingFile, pool } = context;
  app.get('/mapping', (request) =>
    show(request, '/mapping', 'Mapping', (frame) => {
      if (!existsSync(mappingFile)) return noFile(mappingFile);
      const { mapping } = readMappingFile(mappingFile);
      const rows = Object.entries(mapping.classes).map(([name, entry]) => ({ name, ...entry }));
      return html`<p class="purpose">What becomes of each class of iTop. The decisions are in ${mappingFile}: what you change here is written there, and counts once a person confirms it.</p>
${later('/mapping/effect', 'Check the file, and see what it changes')}
<h2>Classes</h2>${table(
        frame.standing,
        [
          {
            name: 'Class',
            value: (row) => html`<a href="/mapping/class/${encodeURIComponent(row.name)}">${row.name}</a>`,
          },
          { name: 'Becomes', value: (row) => destinationWords(row.to) },
          { name: 'Attributes', value: (row) => Object.keys(row.attributes ?? {}).length || null },
          { name: 'How sure', value: (row) => row.confidence },
          { name: 'Why', value: (row) => row.reason ?? '' },
        ],
        rows,
        'Classes',
      )}`;
    }),
  );
  app.get('/mapping/effect', (request) => part(request, (frame) => effect(frame)));
  app.get('/mapping/class/:name', (request) => {
    const name = request.req.param('name');
    return show(request, '/mapping', `Mapping of ${name}`, (frame) =>
      classPage(frame, name, request.req.query('changed')),
    );
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
    return request.redirect(
      `/mapping/class/${encodeURIComponent(name)}?changed=${encodeURIComponent(String(fields.attribute ?? ''))}`,
      303,
    );
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

async function classPage(frame: Frame, name: string, changed: string | undefined): Promise<Html> {
  if (!existsSync(frame.context.mappingFile)) return noFile(frame.context.mappingFile);
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
    // The example in the file shows the shape alone; a real one stands beside it.
    return isNode(node) ? (node.comment ?? '').trim().replace(/, like .*$/s, '') : '';
  };
  const rows = Object.entries(entry.attributes ?? {}).map(([attribute, of]) => ({ attribute, ...of }));
  const examples = await readExamples(frame.context.pool, name);
  return html`<p>${name} becomes <b>${destinationWords(entry.to)}</b>${entry.reason === undefined ? '' : `: ${entry.reason}`}. To choose another destination: ${command(`itop-to-intercom map set ${name} <destination>`)}</p>
${changed === undefined ? '' : html`<section aria-label="Effect"><p class="green">${changed} is changed in the file. Nothing counts before a person confirms it:</p>${later('/mapping/effect', 'See what the file changes')}</section>`}
${table(
  frame.standing,
  [
    { name: 'Attribute', value: (row) => row.attribute },
    {
      name: 'Goes to',
      value: (row) => [homeWords(row.home), row.to].filter((word) => word !== undefined).join(': '),
    },
    { name: 'Filled', value: (row) => seen(row.attribute) },
    { name: 'For example', value: (row) => (examples.get(row.attribute) ?? []).join(' · ') },
    { name: 'How sure', value: (row) => row.confidence },
    { name: 'Why', value: (row) => row.reason ?? '' },
    ...(frame.context.isReadOnly
      ? []
      : [{ name: 'Decide', value: (row: (typeof rows)[number]) => changeForm(frame, name, row) }]),
  ],
  rows,
  `Attributes of ${name}`,
  'Its attributes are not mapped one by one.',
)}`;
}

const noFile = (path: string): Html =>
  html`<p>There is no ${path} yet. Next: ${command('itop-to-intercom map propose')}</p>`;

/** Objects that examples are taken from, and characters shown of one. */
const [exampleObjects, exampleLength] = [300, 60];

/** Some values of each attribute of a class, as iTop holds them. */
async function readExamples(pool: pg.Pool, className: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await pool.query<{ attribute: string; examples: string[] }>(
    `select attribute, (array_agg(value order by seen desc, value))[1:3] as examples
     from (
       select f.key as attribute, left(regexp_replace(f.value, '\\s+', ' ', 'g'), ${exampleLength}) as value, count(*) as seen
       from (select o.payload from raw.object o where o.root_class = (select root_class from raw.object where final_class = $1 limit 1)
               and o.final_class = $1 and o.op = 'upsert' limit ${exampleObjects}) as o
       cross join lateral jsonb_each_text(o.payload) as f
       where f.value <> '' and f.value not like '{%' and f.value not like '[%' group by 1, 2) as v
     group by attribute`,
    [className],
  );
  return new Map(rows.map((row) => [row.attribute, row.examples]));
}

function changeForm(
  frame: Frame,
  name: string,
  row: { attribute: string; home: string; to?: string | undefined },
): Html {
  return html`<details><summary>Change</summary>${form(
    frame,
    `/mapping/class/${encodeURIComponent(name)}`,
    html`<input type="hidden" name="attribute" value="${row.attribute}"><label>Goes to <select name="home">${homes.map(
      (home) => html`<option value="${home}"${home === row.home ? html` selected` : ''}>${homeWords(home)}</option>`,
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

/** Decisions shown at once; more are folded. */
const shownDecisions = 8;

/** What the file changes against the warehouse, and the button that confirms it: the same as "map check" and "map confirm". */
async function effect(frame: Frame): Promise<Html> {
  const { pool, mappingFile } = frame.context;
  const file = readMappingFile(mappingFile);
  const { faults, notes } = await checkMapping(pool, file);
  if (faults.length > 0) {
    return html`<p class="alarm">The file has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}, so nobody can confirm it:</p><ul>${faults.map((fault) => html`<li>${fault.line === undefined ? '' : `Line ${fault.line}: `}${fault.fault}. ${fault.nextStep}</li>`)}</ul>`;
  }
  // The effect is found by trying it, in a transaction that is taken back: whoever may only read cannot.
  if (frame.context.isReadOnly)
    return html`<p>The file has no fault. What it changes: ${command('itop-to-intercom map check')}</p>`;
  const { decisions, payloads } = await applyMapping(pool, file, undefined);
  const names = await readNames(
    pool,
    payloads.flatMap(({ examples }) => examples.map((one) => one.sourceKey)),
  );
  const decided = table(
    frame.standing,
    [
      { name: 'Decision about', value: (row) => row.entry },
      { name: 'Until now', value: (row) => decisionWords(row.before) },
      { name: 'In the file', value: (row) => decisionWords(row.after) },
    ],
    decisions,
    'Decisions that change',
  );
  const changed = table(
    frame.standing,
    [
      { name: 'Class', value: (row) => row.class },
      { name: 'What changes', value: (row) => row.what.replaceAll('_', ' ') },
      { name: 'Objects', value: (row) => row.objects },
      {
        name: 'For example',
        value: ({ examples: [one] }) =>
          one === undefined
            ? null
            : html`${namedLink(names, one.sourceKey)}: ${one.before ?? 'nothing'} → ${one.after ?? 'nothing'}`,
      },
    ],
    payloads,
    'What changes in Intercom',
    'Nothing that is sent to Intercom changes.',
  );
  return html`${
    decisions.length === 0
      ? html`<p>The file says what the warehouse has: nothing would change.</p>`
      : html`<p><b>${decisions.length} ${decisions.length === 1 ? 'decision differs' : 'decisions differ'}</b> from what the warehouse has.</p>
${decisions.length <= shownDecisions ? decided : folded('Which decisions', decided)}
<h3>What changes in Intercom</h3>${changed}`
  }
${notes.length === 0 ? '' : folded(`${notes.length} ${notes.length === 1 ? 'note' : 'notes'} on the file`, html`<ul>${notes.map((note) => html`<li>${note.fault}</li>`)}</ul>`)}
${form(frame, '/mapping/confirm', html`${byAndReason(frame, false)}<button>I decide so: confirm the mapping</button>`)}`;
}

/** A decision as it stands in the file, in words: "home: record_note; label: Caller". */
function decisionWords(decision: string | null | undefined): string {
  if (decision == null) return 'undecided';
  return decision
    .replace(/^to: (\w+)/, (_, to: string) => destinationWords(to))
    .replace(/^home: (\w+)/, (_, home: string) => homeWords(home));
}
