import { afterEach, expect, it } from 'vitest';
import { editOverApi, openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';
import { laterChanges, readBack, redChecks } from '../support/read-back-workspace.ts';

const opened: TestWorkspace[] = [];
afterEach(async () => {
  for (const workspace of opened.splice(0)) await workspace.close();
});

async function loadedWorkspace(): Promise<TestWorkspace> {
  const workspace = await openTestWorkspace(everyOperation());
  opened.push(workspace);
  await workspace.load();
  return workspace;
}

async function idOf(workspace: TestWorkspace, type: string, key: string): Promise<string> {
  const { rows } = await workspace.database.pool.query<{ target_id: string }>(
    'select target_id from load.identity where target_type = $1 and target_key = $2',
    [type, key],
  );
  return rows[0]?.target_id ?? '';
}

/** Place of a part among the written parts of its conversation, as the simulator counts them. */
async function placeOf(workspace: TestWorkspace, conversation: string, key: string): Promise<number> {
  const id = await idOf(workspace, 'part', key);
  const dumped = (await workspace.dump()).find(
    (object) => object.type === 'conversation' && object.id === conversation,
  );
  const list = dumped?.conversation_parts as { conversation_parts: { id: string; body: string | null }[] };
  return list.conversation_parts.filter((part) => (part.body ?? '') !== '').findIndex((part) => part.id === id);
}

const comment = 'Ticket::83#public_log/2';
const note = 'Ticket::83#private_log/0';
const reply = 'Ticket::83#public_log/0';

it('an undamaged workspace is green at every level', async () => {
  const workspace = await loadedWorkspace();
  for (const level of ['counts', 'facts', 'full'] as const) {
    await readBack(workspace, level);
    expect(await redChecks(workspace), level).toEqual([]);
  }
  expect(await laterChanges(workspace)).toEqual([]);
});

it('each kind of damage turns exactly its own check red', async () => {
  const damages: readonly (readonly [string, object, string, readonly string[]])[] = [
    ['a part dropped', { do: 'drop-part' }, comment, [`${comment} read back: part is there`]],
    ['a part twice', { do: 'double-part' }, comment, ['Ticket::83 read back: no part twice']],
    ['parts swapped', { do: 'swap-parts', other: note }, comment, ['Ticket::83 read back: order of parts']],
    ['another author', { do: 'change-author', admin_id: '9000001' }, comment, [`${comment} read back: part author`]],
    ['another time', { do: 'change-time' }, comment, [`${comment} read back: part time`]],
    ['another character', { do: 'change-text' }, comment, [`${comment} read back: part text`]],
    ['a note made a comment', { do: 'change-kind' }, note, [`${note} read back: part kind`]],
    ['a file dropped', { do: 'drop-file' }, reply, [`${reply} read back: part files`]],
    ['a file of another name', { do: 'change-file-name' }, reply, [`${reply} read back: part files`]],
    ['a file of another type', { do: 'change-file-type' }, reply, [`${reply} read back: part files`]],
    ['a file of another size', { do: 'change-file-size' }, reply, [`${reply} read back: part files`]],
    ['somebody notified', { do: 'notify' }, comment, ['Ticket::83 read back: nobody notified']],
    ['a link broken', { do: 'break-link' }, '', ['Contact::5/Organization::3 read back: link is there']],
    ['a conversation twice', { do: 'double-conversation' }, '', ['Ticket::83 read back: one conversation a ticket']],
    [
      'a conversation dropped',
      { do: 'drop-conversation' },
      '',
      ['Ticket::83 read back: conversation is listed', 'Ticket::83 read back: conversation is there'],
    ],
  ];
  for (const [name, damage, key, red] of damages) {
    const workspace = await loadedWorkspace();
    const conversation = await idOf(workspace, 'conversation', 'Ticket::83');
    const other = 'other' in damage ? await placeOf(workspace, conversation, String(damage.other)) : undefined;
    await workspace.control('/corrupt', {
      ...damage,
      conversation_id: conversation,
      contact_id: await idOf(workspace, 'contact', 'Contact::5'),
      ...(key === '' ? {} : { nth: await placeOf(workspace, conversation, key) }),
      ...(other === undefined ? {} : { other }),
    });
    await readBack(workspace, 'full');
    expect(await redChecks(workspace), name).toEqual(red);
    expect(await laterChanges(workspace), name).toEqual([]);
    await workspace.close();
    opened.pop();
  }
});

it('a thing that is gone turns the check of its kind red', async () => {
  const workspace = await loadedWorkspace();
  const things: readonly (readonly [string, string])[] = [
    ['tag', 'tag:Network'],
    ['custom_object_instance', 'FunctionalCI::12'],
    ['article', 'FAQ::1'],
    ['collection', 'FAQCategory::2'],
    ['contact', 'Contact::6'],
    ['company', 'Organization::3'],
  ];
  for (const [kind, key] of things) {
    const known = await redChecks(workspace);
    await workspace.control('/corrupt', { do: 'drop-object', kind, id: await idOf(workspace, kind, key) });
    await readBack(workspace, 'counts');
    const red = (await redChecks(workspace)).filter((line) => !known.includes(line));
    expect(red).toEqual([`${key} read back: ${kind} is listed`]);
  }
});

it('a tag, a relation, an article or an instance that differs from what was loaded and proven is somebody’s later change', async () => {
  const workspace = await loadedWorkspace();
  const conversation = await idOf(workspace, 'conversation', 'Ticket::83');
  await workspace.control('/corrupt', [
    { do: 'untag', conversation_id: conversation },
    { do: 'unrelate', conversation_id: conversation },
  ]);
  await editOverApi(workspace, `articles/${await idOf(workspace, 'article', 'FAQ::1')}`, { body: '<p>Pull it.</p>' });
  await readBack(workspace, 'full');
  expect(await redChecks(workspace)).toEqual([]);
  expect(await laterChanges(workspace)).toEqual([
    'FAQ::1 read back: article fields ',
    'Ticket::83 read back: relations ',
    'Ticket::83 read back: relations itop_cis',
    'Ticket::83 read back: tags ',
    'Ticket::83 read back: tags tags',
  ]);
});

it('a bot that writes is a fault of silence; what people change later is told apart and is none', async () => {
  const workspace = await loadedWorkspace();
  const first = await idOf(workspace, 'conversation', 'Ticket::83');
  const second = await idOf(workspace, 'conversation', 'Ticket::84');
  await workspace.control('/actions', [
    { do: 'bot-answers', conversation_id: second, body: 'I am a bot.' },
    { do: 'edit-conversation', conversation_id: first, fields: { title: 'Fire, urgent' } },
    { do: 'customer-replies', conversation_id: first, body: 'Still burning!' },
  ]);
  await readBack(workspace, 'full');
  expect(await redChecks(workspace)).toEqual(['Ticket::84 read back: silence']);
  expect(await laterChanges(workspace)).toEqual([
    'Ticket::83 read back: fields ',
    'Ticket::83 read back: fields state',
    'Ticket::83 read back: fields title',
    'Ticket::83 read back: written since ',
    'Ticket::83 read back: written since written since',
  ]);
});

it('objects that nobody loaded are counted; a budget leaves conversations out and the next call goes on with them', async () => {
  const workspace = await loadedWorkspace();
  await workspace.control('/actions', [
    { do: 'plant-contact', fields: { role: 'user', email: 'own@customer.example', name: 'Own Customer' } },
  ]);
  const first = await readBack(workspace, 'full', 1);
  expect(first).toMatchObject({ read: 1, unread: 1, foreign: [{ object_type: 'contact', count: 1 }] });
  await readBack(workspace, 'full', 1);
  const { rows } = await workspace.database.pool.query(
    `select target_key from reconcile.verdict where check_name = 'read back: conversation is there' order by 1`,
  );
  expect(rows).toEqual([{ target_key: 'Ticket::83' }, { target_key: 'Ticket::84' }]);
});
