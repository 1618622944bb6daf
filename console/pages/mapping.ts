import { basename } from 'node:path';
import type pg from 'pg';
import { isNode, parseDocument } from 'yaml';
import { RefusedError } from '../../platform/errors.ts';
import { Html, html } from '../../platform/html.ts';
import { asLabel } from '../../platform/plain-words.ts';
import { checkMapping } from '../../transform/mapping/check-mapping.ts';
import { applyMapping } from '../../transform/mapping/confirm-mapping.ts';
import {
  type AttributeEntry,
  type DataType,
  dataTypes,
  destinations,
  detailedDestinations,
  homes,
  isDetailed,
  type Mapping,
} from '../../transform/mapping/mapping-schema.ts';
import { destinationWords, homeWords } from '../../transform/mapping/mapping-words.ts';
import { changedSince, readConfirmation } from '../../transform/mapping/read-confirmation.ts';
import { type MappingFile, readMappingFile, readMappingText } from '../../transform/mapping/read-mapping.ts';
import type { ConsoleApp, ConsoleRequest } from '../console-app.ts';
import { nameOf } from '../form-fields.ts';
import { type MappingChange, tryChange, wholeDestinations, writeChange } from '../mapping/change-mapping.ts';
import { readEffect, type ShownEffect } from '../mapping/mapping-effect.ts';
import { byAndReason, command, type Frame, folded, form, later, table } from '../page.ts';
import { refusalContent } from '../refusal-content.ts';

/** What becomes of each class and attribute: the file stays the truth, and shows what is changed here. */
export function mappingRoutes({ app, show, part, frameOf, recorded, context }: ConsoleApp): void {
  const { mappingFile, pool } = context;
  app.get('/mapping', (request) =>
    show(request, '/mapping', 'Mapping', (frame) => {
      const file = readOrSay(mappingFile);
      if (file instanceof Html) return file;
      return html`<p class="purpose">What becomes of each class of iTop. The decisions are in the file <code title="${mappingFile}">${basename(mappingFile)}</code>: what you change here is written there, and counts once a person confirms it.</p>
${later('/mapping/effect', 'Check the file, and see what it changes')}
${classGroups(frame, file.mapping)}`;
    }),
  );
  app.get('/mapping/effect', (request) =>
    part(request, async (frame) => {
      const className = request.req.query('class');
      const file = readMappingFile(mappingFile);
      const effect = await readEffect(frame, file, className);
      return className === undefined
        ? html`${effect.content}${await confirmation(frame, file, effect)}`
        : effect.content;
    }),
  );
  app.get('/mapping/class/:name', (request) => {
    const name = request.req.param('name');
    return show(request, '/mapping', `Mapping of ${name}`, (frame) => classPage(frame, name));
  });
  app.post('/mapping/class/:name', async (request) => {
    const change = await changeOf(request);
    writeChange(mappingFile, change);
    return recorded(
      request,
      addressOf(change),
      html`${nameOfChange(change)} is changed in the file. Nothing counts before a person <a href="/mapping">confirms the mapping</a>.`,
    );
  });
  app.post('/mapping/class/:name/try', async (request) => {
    const change = await changeOf(request);
    return show(request, '/mapping', `Trying ${nameOfChange(change)}`, async (frame) => {
      const { content } = await readEffect(frame, tryChange(mappingFile, change), change.className);
      return html`<p>${changeWords(change)}. Nothing is written yet.</p>
${content}
${form(frame, addressOf(change), html`${changeFields(change)}<button>Write it into the file</button> <a href="${addressOf(change)}">Leave it as it is</a>`)}`;
    });
  });
  app.post('/mapping/confirm', async (request) => {
    const { standing, session } = await frameOf(request);
    if (standing.workspace === undefined) {
      throw new RefusedError('No workspace is known yet, so nobody can confirm for it.', {
        stage: 'console',
        nextStep: 'itop-to-intercom audit',
      });
    }
    const fields = await request.req.parseBody();
    session.person = nameOf(fields.by);
    const file = readMappingFile(mappingFile);
    if (fields.file !== file.hash)
      throw new RefusedError('The mapping file was changed after this page was opened. Nothing is confirmed.', {
        stage: 'console',
        nextStep: 'Open the mapping page again, read what the file changes now, and confirm that.',
      });
    const { faults } = await checkMapping(pool, file);
    if (faults.length > 0)
      throw new RefusedError(`The mapping has ${faults.length} faults.`, {
        stage: 'console',
        nextStep: 'Correct them: the mapping page lists them.',
      });
    await applyMapping(pool, file, { workspaceIdCode: standing.workspace.idCode, confirmedBy: session.person });
    return recorded(request, '/mapping', html`You confirmed the mapping, ${session.person}.`);
  });
}

async function classPage(frame: Frame, name: string): Promise<Html> {
  const file = readOrSay(frame.context.mappingFile);
  if (file instanceof Html) return file;
  const entry = Object.hasOwn(file.mapping.classes, name) ? file.mapping.classes[name] : undefined;
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
  return html`<p>${name}: <b>${destinationWords(entry.to)}</b>.${entry.reason === undefined ? '' : ` ${asLabel(entry.reason)}.`} <a href="/mapping">All classes</a></p>
${destinationForm(frame, name, entry.to)}
<section aria-label="Effect">${later(`/mapping/effect?class=${encodeURIComponent(name)}`, 'See what the file changes')}</section>
${table(
  frame.standing,
  [
    { name: 'Attribute', value: (row) => row.attribute },
    {
      name: 'Goes to',
      value: (row) => [homeWords(row.home), row.to ?? row.label].filter((word) => word !== undefined).join(': '),
    },
    // Beside what it changes: on a small screen the last columns are out of sight.
    ...(frame.context.isReadOnly
      ? []
      : [{ name: 'Decide', value: (row: (typeof rows)[number]) => changeForm(frame, name, row) }]),
    { name: 'Filled', value: (row) => seen(row.attribute) },
    { name: 'For example', value: (row) => (examples.get(row.attribute) ?? []).join(' · ') },
    { name: 'How sure', value: (row) => (row.confidence === 'certain' ? null : row.confidence) },
    { name: 'Why', value: (row) => row.reason ?? '' },
  ],
  rows,
  `Attributes of ${name}`,
  'Its objects go as a whole: there is nothing to decide for single attributes.',
)}`;
}

/** The mapping file; what a person reads in its place where there is none, or it has a fault, or cannot be read. */
function readOrSay(path: string): MappingFile | Html {
  try {
    if (readMappingText(path) !== undefined) return readMappingFile(path);
  } catch (error) {
    return refusalContent(error);
  }
  return html`<p>Nothing was decided yet: there is no <code title="${path}">${basename(path)}</code>. To have one proposed from your data: ${command('itop-to-intercom map propose')}</p>`;
}

/** Objects that examples are taken from, and characters shown of one. */
const [exampleObjects, exampleLength] = [300, 60];

/** Some values of each attribute of a class, as iTop holds them. */
async function readExamples(pool: pg.Pool, className: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await pool.query<{ attribute: string; examples: string[] }>(
    `select attribute, (array_agg(value order by seen desc, value))[1:3] as examples
     from (
       select f.key as attribute, left(regexp_replace(regexp_replace(coalesce(nullif(o.payload ->> (f.key || '_friendlyname'), ''), f.value), '<[^>]*>', ' ', 'g'), '\\s+', ' ', 'g'), $2) as value, count(*) as seen
       from (select o.payload from raw.object o where o.root_class = (select root_class from raw.object where final_class = $1 limit 1)
               and o.final_class = $1 and o.op = 'upsert' limit $3) as o
       cross join lateral jsonb_each_text(o.payload) as f
       where f.value <> '' and (f.value <> '0' or f.key not like '%\\_id') and f.value not like '{%' and f.value not like '[%' group by 1, 2) as v
     group by attribute`,
    [className, exampleLength, exampleObjects],
  );
  return new Map(rows.map((row) => [row.attribute, row.examples]));
}

const dataTypeWords: Readonly<Record<DataType, string>> = {
  string: 'text',
  integer: 'whole numbers',
  float: 'numbers',
  boolean: 'yes or no',
  datetime: 'times',
};

function changeForm(frame: Frame, name: string, row: AttributeEntry & { readonly attribute: string }): Html {
  return html`<details><summary>Change</summary>${form(
    frame,
    `/mapping/class/${encodeURIComponent(name)}/try`,
    html`<input type="hidden" name="attribute" value="${row.attribute}"><label>Goes to <select name="home">${homes.map(
      (home) => html`<option value="${home}"${home === row.home ? html` selected` : ''}>${homeWords(home)}</option>`,
    )}</select></label><label>Name in Intercom <input name="to" value="${(row.home === 'record_note' ? row.label : row.to) ?? ''}"></label><label>If a custom attribute, it holds <select name="type">${dataTypes.map(
      (type) =>
        html`<option value="${type}"${type === (row.type ?? 'string') ? html` selected` : ''}>${dataTypeWords[type]}</option>`,
    )}</select></label><button>See the effect</button>`,
  )}</details>`;
}

/** A class may go as a whole without more decisions; for any other destination its attributes are proposed by the command. */
function destinationForm(frame: Frame, name: string, present: string): Html | string {
  if (frame.context.isReadOnly) return '';
  const others = wholeDestinations.filter((destination) => destination !== present);
  return html`<details><summary>Change what becomes of it</summary>${form(
    frame,
    `/mapping/class/${encodeURIComponent(name)}/try`,
    html`<label>All its objects are <select name="destination">${others.map((destination) => html`<option value="${destination}">${destinationWords(destination)}</option>`)}</select></label><button>See the effect</button>`,
  )}<p class="dim">To make them something in Intercom, with homes proposed for their attributes: ${command(`itop-to-intercom map set ${name} custom_object`)} (${detailedDestinations.join(', ')})</p></details>`;
}

const addressOf = ({ className }: MappingChange): string => `/mapping/class/${encodeURIComponent(className)}`;

const nameOfChange = (change: MappingChange): string =>
  'attribute' in change ? `${change.className}.${change.attribute}` : change.className;

function changeWords(change: MappingChange): string {
  if ('destination' in change) return `${change.className}: ${destinationWords(change.destination)}`;
  return `${nameOfChange(change)} goes to: ${[homeWords(change.home), change.to].filter((word) => word !== '').join(': ')}`;
}

function changeFields(change: MappingChange): Html {
  const { className: _, ...fields } = change;
  return html`${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;
}

async function changeOf(request: ConsoleRequest): Promise<MappingChange> {
  const fields = await request.req.parseBody();
  const text = (name: string): string => String(fields[name] ?? '').trim();
  const className = request.req.param('name') ?? '';
  return text('attribute') === ''
    ? { className, destination: text('destination') }
    : { className, attribute: text('attribute'), home: text('home'), to: text('to'), type: text('type') };
}

/** The classes by what becomes of them; those that do not move are folded. */
function classGroups(frame: Frame, { classes }: Mapping): Html {
  const rows = Object.entries(classes).map(([name, entry]) => ({ name, ...entry }));
  const groups = Map.groupBy(rows, (row) => row.to);
  return html`<h2>Classes</h2>${destinations.flatMap((destination) => {
    const group = groups.get(destination);
    if (group === undefined) return [];
    const content = table(
      frame.standing,
      [
        {
          name: 'Class',
          value: (row) => html`<a href="/mapping/class/${encodeURIComponent(row.name)}">${row.name}</a>`,
        },
        { name: 'Attributes', value: (row) => Object.keys(row.attributes ?? {}).length || null },
        { name: 'Why', value: (row) => row.reason ?? '' },
        ...(group.every(({ confidence }) => confidence === 'certain')
          ? []
          : [
              {
                name: 'How sure',
                value: ({ confidence }: (typeof rows)[number]) => (confidence === 'certain' ? null : confidence),
              },
            ]),
      ],
      group,
      `Classes: ${destinationWords(destination)}`,
    );
    const title = `${destinationWords(destination)}: ${group.length} ${group.length === 1 ? 'class' : 'classes'}`;
    return [folded(title, html`<div class="aligned">${content}</div>`, isDetailed({ to: destination }))];
  })}`;
}

/** The button that confirms the file; where a load takes it as it is, who confirmed it. */
async function confirmation(frame: Frame, { hash }: MappingFile, { isSound }: ShownEffect): Promise<Html | string> {
  if (!isSound) return '';
  const { pool, mappingFile } = frame.context;
  const confirmed = await readConfirmation(pool, frame.standing.workspace?.idCode ?? '');
  if (confirmed !== undefined && changedSince(confirmed, mappingFile) === undefined)
    return html`<p class="green">Confirmed by ${confirmed.by} on ${frame.standing.clock.time(confirmed.at)}.</p>`;
  return form(
    frame,
    '/mapping/confirm',
    html`<input type="hidden" name="file" value="${hash}">${byAndReason(frame, false)}<button>I decide so: confirm the mapping</button>`,
  );
}
