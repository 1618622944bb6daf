import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import type { RunningConsole } from '../../../console/server.ts';
import { requireConfirmedMapping } from '../../../transform/mapping/require-confirmed.ts';
import { drawSample, usualSampleSize } from '../../../transform/sample/draw-sample.ts';
import { enter, mappingFile, open, world } from './world.ts';

/** Value of a hidden field of a page. */
const hiddenValue = (page: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1] ?? '';

/** What a person decides in the console, and what is recorded of it. */
export function testDecisions(): void {
  let running: RunningConsole;
  beforeAll(async () => {
    running = await open();
  });
  afterAll(() => running.close());

  it('tries a change of the mapping before it is written, writes it on demand, and refuses what the mapping does not have', async () => {
    const { origin, cookie } = await enter(running);
    const file = mappingFile();
    const before = readFileSync(file, 'utf8');
    const page = await (await fetch(`${origin}/mapping/class/UserRequest`, { headers: { cookie } })).text();
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const post = (path: string, fields: Record<string, string>) =>
      fetch(`${origin}/mapping/class/UserRequest${path}`, {
        method: 'POST',
        headers: { cookie, origin },
        body: new URLSearchParams({ csrf, ...fields }),
        redirect: 'manual',
      });
    const change = { attribute: 'priority', home: 'dropped', to: '' };
    const tried = await (await post('/try', change)).text();
    expect(tried).toContain('UserRequest.priority goes to: not moved. Nothing is written yet.');
    expect(tried).toMatch(/<td data-label="Decision about">UserRequest\.priority<\/td>/);
    expect(tried).not.toMatch(/data-label="Decision about">Person/);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect((await post('', change)).status).toBe(303);
    expect(
      parseDocument(readFileSync(file, 'utf8')).getIn(['classes', 'UserRequest', 'attributes', 'priority', 'home']),
    ).toBe('dropped');
    // A value that becomes a custom attribute has a type, one of the record note a label.
    const entryOf = (attribute: string): unknown =>
      parseDocument(readFileSync(file, 'utf8')).getIn(['classes', 'UserRequest', 'attributes', attribute]);
    await post('', { attribute: 'agent_id', home: 'attribute', to: 'itop_agent' });
    await post('', { attribute: 'priority', home: 'record_note', to: 'Priority' });
    expect(JSON.parse(JSON.stringify([entryOf('agent_id'), entryOf('priority')]))).toMatchObject([
      { home: 'attribute', to: 'itop_agent', type: 'string' },
      { home: 'record_note', label: 'Priority' },
    ]);
    expect(await (await fetch(`${origin}/mapping/effect`, { headers: { cookie } })).text()).not.toContain('fault');
    expect((await post('/try', { ...change, attribute: 'no_such' })).status).toBe(409);
    expect((await post('/try', { destination: 'excluded' })).status).toBe(200);
    const written = readFileSync(file, 'utf8');
    for (const path of ['/try', '']) expect((await post(path, { destination: 'tag' })).status).toBe(409);
    expect(readFileSync(file, 'utf8')).toBe(written);
  });

  it('calls the mapping confirmed only while a load would take the file', async () => {
    const file = mappingFile();
    const { origin, cookie } = await enter(running);
    const readOnly = await open({ isReadOnly: true });
    const reader = await enter(readOnly);
    const read = async (of: typeof reader, path: string): Promise<string> =>
      (await fetch(`${of.origin}${path}`, { headers: { cookie: of.cookie } })).text();
    const confirm = (form: string) =>
      fetch(`${origin}/mapping/confirm`, {
        method: 'POST',
        headers: { cookie, origin },
        body: new URLSearchParams({ csrf: hiddenValue(form, 'csrf'), file: hiddenValue(form, 'file'), by: 'Ada' }),
        redirect: 'manual',
      });
    const stale = await read({ origin, cookie }, '/mapping/effect');
    appendFileSync(file, '# looked at\n');
    const refused = await confirm(stale);
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain('The mapping file was changed after this page was opened');
    expect((await confirm(await read({ origin, cookie }, '/mapping/effect'))).status).toBe(303);
    const shown = async (): Promise<boolean[]> => {
      const [page, pageToRead, overview] = [
        await read({ origin, cookie }, '/mapping/effect'),
        await read(reader, '/mapping/effect'),
        await read({ origin, cookie }, '/'),
      ];
      expect(page.includes('confirm the mapping</button>')).toBe(!page.includes('Confirmed by Ada'));
      return [page.includes('Confirmed by Ada'), pageToRead.includes('Confirmed by Ada'), overview.includes('by Ada')];
    };
    expect(await shown()).toEqual([true, true, true]);
    await expect(requireConfirmedMapping(world.database.pool, 'w1', file)).resolves.toBe('confirmed');
    appendFileSync(file, '# looked at again\n');
    expect(await shown()).toEqual([false, false, false]);
    await expect(requireConfirmedMapping(world.database.pool, 'w1', file)).rejects.toThrow('was edited since Ada');
    await readOnly.close();
  });

  it('says of a mapping file that cannot be read what to do, and shows the rest of the page', async () => {
    const broken = join(world.directory, 'broken.yaml');
    writeFileSync(broken, 'version: 1\nclasses: [\n');
    for (const [mapping, said, ofStep] of [
      [world.directory, 'The mapping file cannot be read (EISDIR', 'readable (EISDIR'],
      [join(broken, 'mapping.yaml'), 'The mapping file cannot be read (ENOTDIR', 'readable (ENOTDIR'],
      [broken, 'The mapping has', 'itop-to-intercom map check'],
    ] as const) {
      const unreadable = await open({ mapping });
      const { origin, cookie } = await enter(unreadable);
      const read = async (path: string): Promise<string> => {
        const answer = await fetch(`${origin}${path}`, { headers: { cookie } });
        expect(answer.status, path).toBe(200);
        return answer.text();
      };
      expect(await read('/')).toContain(ofStep);
      for (const path of ['/mapping', '/mapping/effect', '/mapping/class/UserRequest']) {
        const page = await read(path);
        expect(page).toContain(said);
        expect(page).toMatch(/Next: (Make|Correct) /);
      }
      await unreadable.close();
    }
    await expect(requireConfirmedMapping(world.database.pool, 'w1', world.directory)).rejects.toThrow(
      'The mapping file cannot be read (EISDIR',
    );
  });

  it('draws the sample on demand, as the command does, but not for another site or where it may only read', async () => {
    await world.database.pool.query('delete from ops.sample');
    const { origin, cookie } = await enter(running);
    const page = await (await fetch(`${origin}/sample`, { headers: { cookie } })).text();
    expect(page).toContain('<button>Draw the sample</button>');
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const draw = (from: { origin: string; cookie: string }, token: string) =>
      fetch(`${from.origin}/sample/draw`, {
        method: 'POST',
        headers: from,
        body: new URLSearchParams({ csrf: token }),
        redirect: 'manual',
      });
    const readOnly = await open({ isReadOnly: true });
    const reader = await enter(readOnly);
    expect(await (await fetch(`${reader.origin}/sample`, { headers: reader })).text()).not.toContain('<button>Draw');
    expect((await draw(reader, csrf)).status).toBe(403);
    expect((await draw({ origin, cookie }, 'guessed')).status).toBe(403);
    const drawn = async () => (await world.database.pool.query('select target_key from ops.sample order by 1')).rows;
    expect(await drawn()).toEqual([]);
    expect((await draw({ origin, cookie }, csrf)).status).toBe(303);
    // A busy machine may take longer than the answer waits.
    await expect.poll(drawn).not.toEqual([]);
    const byPage = await drawn();
    expect(byPage).toContainEqual({ target_key: 'Ticket::100' });
    await drawSample(world.database.pool, usualSampleSize);
    expect(await drawn()).toEqual(byPage);
    await readOnly.close();
  });

  it('plans no rollback of what was not loaded', async () => {
    const { origin, cookie } = await enter(running);
    const page = await (await fetch(`${origin}/rollback`, { headers: { cookie } })).text();
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const plan = () =>
      fetch(`${origin}/rollback/plan`, {
        method: 'POST',
        headers: { cookie, origin },
        body: new URLSearchParams({ csrf }),
      });
    const refusal = async () => {
      const answer = await plan();
      return `${answer.status} ${await answer.text()}`;
    };
    await expect.poll(refusal).toMatch(/^409 .*Nothing was loaded into Intercom yet\./s);
  });

  it('signs a sample only for whoever opened a record of it, and records which', async () => {
    const { origin, cookie } = await enter(running);
    const csrfOf = async (): Promise<string> =>
      /name="csrf" value="([^"]+)"/.exec(
        await (await fetch(`${origin}/sample`, { headers: { cookie } })).text(),
      )?.[1] ?? '';
    const post = async (path: string, by: string) =>
      fetch(`${origin}${path}`, {
        method: 'POST',
        headers: { cookie, origin },
        body: new URLSearchParams({ csrf: await csrfOf(), by }),
        redirect: 'manual',
      });
    await post('/sample/person', 'Ada');
    expect((await post('/sample/accept', 'Ada')).status).toBe(409);
    await fetch(`${origin}/record/Ticket::100`, { headers: { cookie } });
    expect((await post('/sample/accept', 'Bob')).status).toBe(409);
    expect((await post('/sample/accept', 'Ada')).status).toBe(303);
    const { rows } = await world.database.pool.query('select accepted_by, looked_at from ops.sample_acceptance');
    expect(rows).toEqual([{ accepted_by: 'Ada', looked_at: ['Ticket::100'] }]);
  });

  it('lets no form of an older page replace a signature, and no name be one that cannot be recorded', async () => {
    const { origin, cookie } = await enter(running);
    const page = await (await fetch(`${origin}/setup`, { headers: { cookie } })).text();
    const post = (path: string, fields: Record<string, string>) =>
      fetch(`${origin}${path}`, {
        method: 'POST',
        headers: { cookie, origin },
        body: new URLSearchParams({ csrf: hiddenValue(page, 'csrf'), ...fields }),
        redirect: 'manual',
      });
    expect((await post('/setup', { 'state.csat': 'done', by: 'Ada' })).status).toBe(303);
    const second = await post('/setup', { 'state.csat': 'done', by: 'Bob' });
    expect(second.status).toBe(409);
    expect(await second.text()).toContain('was signed by Ada after this page was opened');
    const { rows } = await world.database.pool.query("select signed_by from ops.setup_item where item = 'csat'");
    expect(rows).toEqual([{ signed_by: 'Ada' }]);
    for (const by of ['', ' ', 'a\0b', 'two\nlines', 'x'.repeat(201)])
      for (const path of ['/sample/person', '/sample/accept', '/mapping/confirm', '/lists/accept'])
        expect(
          (await post(path, { by, phase: 'conversations', target_key: 'Ticket::100', reason: 'seen' })).status,
        ).toBe(409);
    // Without an object an acceptance would be of a whole phase.
    const whole = await post('/lists/accept', { by: 'Ada', phase: 'conversations', reason: 'seen' });
    expect(await whole.text()).toContain('An acceptance is of one object');
  });
}
