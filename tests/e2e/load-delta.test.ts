import { afterEach, describe, expect, it } from 'vitest';
import type { Progress } from '../../platform/progress.ts';
import { acceptDifferences } from '../../reconcile/accept-differences.ts';
import { type DumpedObject, openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';

let workspace: TestWorkspace;
afterEach(() => workspace.close());

async function loadedWorkspace(): Promise<void> {
  const workload = everyOperation();
  const note = {
    target_key: 'Ticket::83#record_note',
    conversation_key: 'Ticket::83',
    position: 5,
    part_type: 'note',
    author_kind: 'teammate',
    author_key: null,
    created_at: '2020-03-02T00:00:00Z',
    body: '<ul><li>Impact: a person</li><li>Last update: 1</li></ul><p>As of 1</p>',
    attributed_body: null,
    body_format: 'html',
  };
  workspace = await openTestWorkspace({ ...workload, parts: [...workload.parts, note] });
  await workspace.load();
}

const sql = (text: string, values: unknown[] = []) => workspace.database.pool.query(text, values);

/** Changes a row of a relation as a transform would after the source changed. */
async function change(relation: string, key: string, set: string): Promise<void> {
  const changed = await sql(
    `update intercom.${relation} set ${set}, payload_hash = sha256(payload_hash) where target_key = $1`,
    [key],
  );
  expect(changed.rowCount).toBe(1);
}

async function addPart(key: string, fields: Record<string, unknown>): Promise<void> {
  const row = {
    target_key: key,
    conversation_key: 'Ticket::83',
    position: 9,
    part_type: 'comment',
    author_kind: 'contact',
    author_key: 'Contact::5',
    created_at: '2020-03-05T10:00:00Z',
    body: 'It burns again.',
    attributed_body: null,
    body_format: 'text',
    payload_hash: '\\x01',
    ...fields,
  };
  await sql(
    `insert into intercom.conversation_part select * from jsonb_populate_record(null::intercom.conversation_part, $1)`,
    [JSON.stringify(row)],
  );
}

/** As a person does in Intercom. */
async function giveAddress(contactId: string, email: string): Promise<void> {
  const response = await fetch(`${workspace.url}/contacts/${contactId}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${workspace.token}`,
      'content-type': 'application/json',
      'intercom-version': '2.16',
    },
    body: JSON.stringify({ email }),
  });
  expect(response.status).toBe(200);
}

const delta = () => workspace.load({ withChanges: true });

/** The writing calls of the last delta, without those before it. */
async function callsOf(
  work: () => Promise<unknown>,
): Promise<{ operation: string; payload: Record<string, unknown> }[]> {
  const before = await sql('select coalesce(max(journal_id), 0) as last from load.journal');
  await work();
  const calls = await sql('select operation, payload from load.journal where journal_id > $1 order by journal_id', [
    before.rows[0]?.last,
  ]);
  return calls.rows;
}

async function conversation(marker = 'itopUserRequest83') {
  const found = (await workspace.dump()).find(
    (object) =>
      object.type === 'conversation' &&
      (object as DumpedObject & { source: { body: string } }).source.body.includes(marker),
  );
  return found as unknown as {
    id: string;
    title: string;
    state: string;
    conversation_parts: { conversation_parts: { part_type: string; body: string | null }[] };
  };
}

it('makes no call of its own, not even a read, while nothing changed', async () => {
  await loadedWorkspace();
  const before = await workspace.requests();
  expect(await callsOf(delta)).toEqual([]);
  const after = await workspace.requests();
  expect({ ...after, identifyAdmin: 1, listAdmins: 1, listTeams: 1 }).toEqual(before);
});

it('appends unseen entries and closes again what they woke', async () => {
  await loadedWorkspace();
  await addPart('Ticket::83#public_log/9', {});
  const calls = await callsOf(delta);
  expect(calls.map((call) => call.operation)).toEqual(['replyConversation', 'manageConversation']);
  expect(calls[1]?.payload).toMatchObject({ message_type: 'close' });
  expect((await conversation()).state).toBe('closed');
  expect(await callsOf(delta)).toEqual([]);
});

it('writes a changed field by one call that names only it', async () => {
  await loadedWorkspace();
  await change('conversation', 'Ticket::83', `title = 'Another title'`);
  await change('contact', 'Contact::5', `name = 'C. Monet'`);
  await change('company', 'Organization::3', `name = 'Demo Ltd', company_id = 'NEWCODE'`);
  await change('custom_object_instance', 'FunctionalCI::12', `custom_attributes = '{"name": "SRV-13"}'`);
  await change('article', 'FAQ::1', `body = '<p>Plug it out.</p>'`);
  await change('collection', 'FAQCategory::1', `description = 'Cables and more'`);
  expect(await callsOf(delta)).toEqual([
    { operation: 'UpdateCompany', payload: { name: 'Demo Ltd' } },
    { operation: 'UpdateContact', payload: { name: 'C. Monet' } },
    {
      operation: 'createCustomObjectInstances',
      payload: { external_id: 'itop-functionalci-12', custom_attributes: { name: 'SRV-13' } },
    },
    { operation: 'updateCollection', payload: { description: 'Cables and more' } },
    { operation: 'updateArticle', payload: { body: '<p>Plug it out.</p>' } },
    { operation: 'updateConversation', payload: { title: 'Another title' } },
  ]);
  expect(await callsOf(delta)).toEqual([]);
});

it('leaves a conversation its company where iTop names none any more, for Intercom cannot take one away', async () => {
  await loadedWorkspace();
  await change('conversation', 'Ticket::83', 'company_key = null');
  expect(await callsOf(delta)).toEqual([]);
  const verdicts = await sql(`select field, expected, actual from reconcile.verdict where verdict = 'failed'`);
  expect(verdicts.rows).toEqual([]);
});

it('keeps what a teammate edited meanwhile and lists it', async () => {
  await loadedWorkspace();
  const { id } = await conversation();
  await workspace.control('/actions', { do: 'edit-conversation', conversation_id: id, fields: { title: 'By hand' } });
  await change('conversation', 'Ticket::83', `title = 'From iTop', custom_attributes = '{"itop_ref": "R-000083b"}'`);
  expect(await callsOf(delta)).toEqual([
    { operation: 'updateConversation', payload: { custom_attributes: { itop_ref: 'R-000083b' } } },
  ]);
  expect((await conversation()).title).toBe('By hand');
  const kept = await sql('select target_key, field, source_value, former_value, target_value from load.kept_edit');
  expect(kept.rows).toEqual([
    {
      target_key: 'Ticket::83',
      field: 'title',
      source_value: 'From iTop',
      former_value: '[R-000083] Printer',
      target_value: 'By hand',
    },
  ]);
  expect(await callsOf(delta)).toEqual([]);
});

it('leaves a conversation open that the customer woke himself, and moves the state where the source did', async () => {
  await loadedWorkspace();
  const { id } = await conversation();
  await workspace.control('/actions', { do: 'customer-replies', conversation_id: id, body: 'Hello again' });
  await addPart('Ticket::83#public_log/9', { created_at: '2020-03-05T10:00:00Z' });
  await change('conversation', 'Ticket::84', `state = 'closed', snoozed_until = null`);
  // Two conversations at once: which is first is nobody's promise.
  const operations = (await callsOf(delta)).map((call) => call.operation);
  expect(operations.sort()).toEqual(['manageConversation', 'replyConversation']);
  expect((await conversation()).state).toBe('open');
  expect((await conversation('itopUserRequest84')).state).toBe('closed');
});

it('tells changed texts, a changed description and changed fields of the record note in notes', async () => {
  await loadedWorkspace();
  await change('conversation_part', 'Ticket::83#public_log/2', `body = 'Nobody is on the way.'`);
  await change(
    'conversation_part',
    'Ticket::83#record_note',
    `body = '<ul><li>Impact: a department</li><li>Last update: 2</li></ul><p>As of 2</p>'`,
  );
  await change('conversation', 'Ticket::83', `body = 'All is well. (itopUserRequest83)'`);
  const notes = (await callsOf(delta)).map((call) => call.payload);
  expect(notes).toHaveLength(3);
  expect(notes.every((note) => note.message_type === 'note')).toBe(true);
  const told = notes.map((note) => String(note.body));
  expect(told[0]).toContain('Nobody is on the way');
  expect(told[1]).toContain('Impact: a department');
  expect(told[1]).not.toMatch(/As of 2|Last update/);
  expect(told[2]).toContain('All is well');
  expect(await callsOf(delta)).toEqual([]);
});

it('tells nothing where only the volatile lines of the record note differ', async () => {
  await loadedWorkspace();
  await change(
    'conversation_part',
    'Ticket::83#record_note',
    `body = '<ul><li>Impact: a person</li><li>Last update: 2</li></ul><p>As of 2</p>'`,
  );
  expect(await callsOf(delta)).toEqual([]);
});

it('carries an address that goes from one contact to another, whoever is asked first', async () => {
  await loadedWorkspace();
  const emails = async () =>
    new Map(
      (await workspace.dump())
        .filter((object) => object.type === 'contact')
        .map((object) => object as DumpedObject & { email: string; custom_attributes: Record<string, unknown> })
        .map((contact) => [contact.custom_attributes.itop_source_key, contact.email]),
    );
  await change('contact', 'Contact::6', `email = 'six@example.com'`);
  await delta();
  const before = await emails();
  expect(before.get('Contact::6')).toBe('six@example.com');
  // Contact::5 is asked first and finds its new address taken until Contact::6 has moved.
  await change('contact', 'Contact::5', `email = '${before.get('Contact::6')}'`);
  await change('contact', 'Contact::6', `email = 'old@example.com'`);
  await delta();
  expect((await sql('select * from load.outcome')).rows).toEqual([]);
  const after = await emails();
  expect(after.get('Contact::5')).toBe(before.get('Contact::6'));
  expect(after.get('Contact::6')).toBe('old@example.com');
  expect(await callsOf(delta)).toEqual([]);
});

it('gives a new contact the address that a loaded one leaves in the same delta', async () => {
  await loadedWorkspace();
  const former = (await sql(`select email from intercom.contact where target_key = 'Contact::5'`)).rows[0]?.email;
  await change('contact', 'Contact::5', `email = 'old@example.com'`);
  await sql(
    `insert into intercom.contact
     select (jsonb_populate_record(c, jsonb_build_object(
       'target_key', 'Contact::99', 'source_key', 'Contact::99', 'email', $1::text, 'name', 'New',
       'custom_attributes', jsonb_build_object('itop_source_key', 'Contact::99')))).*
     from intercom.contact c where target_key = 'Contact::5'`,
    [former],
  );
  await delta();
  expect((await sql('select * from load.outcome')).rows).toEqual([]);
  const made = await sql(
    `select origin from load.identity where target_type = 'contact' and target_key = 'Contact::99'`,
  );
  expect(made.rows).toEqual([{ origin: 'created' }]);
});

it('takes for participants who opened a conversation, not who iTop names as its caller since', async () => {
  await loadedWorkspace();
  await change('conversation', 'Ticket::84', `contact_key = 'Contact::5'`);
  await addPart('Ticket::84#public_log/9', { conversation_key: 'Ticket::84', author_key: 'Contact::5' });
  const operations = (await callsOf(delta)).map((call) => call.operation);
  expect(operations).toContain('attachContactToConversation');
  expect((await sql('select * from load.outcome')).rows).toEqual([]);
});

it('lists an address that another loaded contact holds, and changes neither', async () => {
  await loadedWorkspace();
  await change('contact', 'Contact::6', `email = 'claude.monet@example.com'`);
  await delta();
  const outcome = await sql(`select target_key, state, reason_code, next_step from load.outcome`);
  expect(outcome.rows).toEqual([
    {
      target_key: 'Contact::6',
      state: 'failed',
      reason_code: 'Conflict',
      next_step: expect.stringMatching(
        /^Contact::6 \(contact \w{24} in Intercom\) is to get a value that Contact::5 \(contact \w{24} in Intercom\) holds/,
      ),
    },
  ]);
});

describe('two contacts that exchanged their addresses', () => {
  interface Exchanged {
    readonly email: string;
    readonly target_id: string;
  }

  async function exchanged(): Promise<[Exchanged, Exchanged]> {
    await loadedWorkspace();
    const { rows } = await sql(
      `select c.email, i.target_id from intercom.contact c
       join load.identity i on i.target_type = 'contact' and i.target_key = c.target_key
       where c.target_key in ('Contact::5', 'Contact::6') order by c.target_key`,
    );
    const [five, six] = rows;
    await change('contact', 'Contact::5', `email = '${six.email}'`);
    await change('contact', 'Contact::6', `email = '${five.email}'`);
    return [five, six];
  }

  const listed = async () =>
    (await sql('select target_key, next_step, is_accepted from reconcile.load_error order by target_key')).rows;
  const updates = async (work: () => Promise<unknown>) =>
    (await callsOf(work)).filter(({ operation }) => operation === 'UpdateContact').length;
  const accept = (targetKey: string) =>
    acceptDifferences(workspace.database.pool, workspace.idCode, {
      ...{ phase: 'contacts', check: 'Conflict', targetKey },
      ...{ by: 'Ada', reason: 'known' },
    });

  it('are listed with both ids, tried again by each delta, and done once a person exchanged them in Intercom', async () => {
    const [five, six] = await exchanged();
    const tried: (readonly [number, number])[] = [];
    const progress: Progress = {
      step: (name, total) => {
        let count = 0;
        const done = () => name === 'load contacts' && tried.push([count, total]);
        return { setTotal: () => undefined, advance: (by) => (count += by), done };
      },
      close: () => undefined,
    };
    await workspace.load({ withChanges: true, progress });
    expect(tried).toEqual([[2, 2]]);
    const both = await listed();
    expect(both.map((row) => row.target_key)).toEqual(['Contact::5', 'Contact::6']);
    for (const { next_step: step } of both)
      expect([five, six].filter(({ target_id: id }) => !String(step).includes(id))).toEqual([]);
    // In vain, and twice at most: the other one may have moved meanwhile.
    expect(await updates(delta)).toBeLessThanOrEqual(4);
    await giveAddress(five.target_id, 'between@example.com');
    await giveAddress(six.target_id, five.email);
    await giveAddress(five.target_id, six.email);
    expect(await callsOf(delta)).toEqual([]);
    expect(await listed()).toEqual([]);
  });

  it('are not tried again where a person accepted it, until one changes again: then that one counts', async () => {
    await exchanged();
    await delta();
    await accept('Contact::5');
    await accept('Contact::6');
    expect(await callsOf(delta)).toEqual([]);
    expect((await listed()).map((row) => row.is_accepted)).toEqual([true, true]);
    await change('contact', 'Contact::6', `phone = '+33 1 23 45 67 89'`);
    await delta();
    expect(await listed()).toMatchObject([
      { target_key: 'Contact::5', is_accepted: true },
      { target_key: 'Contact::6', is_accepted: false },
    ]);
    // Its holder leaves the value: the accepted one gets it, at the latest in the next delta.
    await change('contact', 'Contact::6', `email = 'six@example.com'`);
    await delta();
    await delta();
    expect(await listed()).toEqual([]);
    expect(await callsOf(delta)).toEqual([]);
  });
});

describe('a conversation whose change was refused', () => {
  const refuse = async (operation: string) => {
    await workspace.control('/faults/clear', {});
    await workspace.control('/faults', { match: { operation }, kind: '403-record', times: 100 });
  };
  const listed = async () =>
    (await sql('select target_key, reason_code, is_accepted from reconcile.load_error order by target_key')).rows;
  const tried = async () => (await callsOf(delta)).map(({ operation }) => operation);

  it('gets a later message by a plain delta, and an acceptance holds once it is there', async () => {
    await loadedWorkspace();
    await refuse('updateConversation');
    await change('conversation', 'Ticket::83', `title = 'Another title'`);
    expect(await tried()).toEqual(['updateConversation']);
    expect(await tried()).toEqual([]);
    await acceptDifferences(workspace.database.pool, workspace.idCode, {
      ...{ phase: 'conversations', check: 'Forbidden', targetKey: 'Ticket::83', by: 'Ada', reason: 'known' },
    });
    await addPart('Ticket::83#public_log/9', {});
    expect(await listed()).toMatchObject([{ is_accepted: false }]);
    expect(await tried()).toContain('replyConversation');
    const texts = (await conversation()).conversation_parts.conversation_parts.map(({ body }) => body ?? '');
    expect(texts.filter((text) => text.includes('It burns again.'))).toHaveLength(1);
    expect(await listed()).toMatchObject([{ target_key: 'Ticket::83', is_accepted: true }]);
    expect(await tried()).toEqual([]);
  });

  it('is listed with a message that was refused, and tries that one again once it changed', async () => {
    await loadedWorkspace();
    await refuse('replyConversation');
    await addPart('Ticket::83#public_log/9', {});
    expect(await tried()).toEqual(['replyConversation']);
    expect(await listed()).toMatchObject([{ target_key: 'Ticket::83', reason_code: 'Forbidden' }]);
    expect(await tried()).toEqual([]);
    await workspace.control('/faults/clear', {});
    await change('conversation_part', 'Ticket::83#public_log/9', `body = 'It burns no more.'`);
    expect(await tried()).toContain('replyConversation');
    expect(await listed()).toEqual([]);
    await refuse('replyConversation');
    await addPart('Ticket::83#public_log/10', {});
    await delta();
    expect(await listed()).toHaveLength(1);
    await sql(`delete from intercom.conversation_part where target_key = 'Ticket::83#public_log/10'`);
    await delta();
    expect(await listed()).toEqual([]);
  });
});

it('does not make again what was deleted in Intercom', async () => {
  await loadedWorkspace();
  const { id } = await conversation();
  await workspace.control('/actions', { do: 'delete-conversation', conversation_id: id });
  await change('conversation', 'Ticket::83', `title = 'Another title'`);
  expect(await callsOf(delta)).toEqual([]);
  const outcome = await sql(`select target_key, reason_code from load.outcome`);
  expect(outcome.rows).toEqual([{ target_key: 'Ticket::83', reason_code: 'RecordRefused' }]);
});
