import { afterEach, describe, expect, it } from 'vitest';
import { openIntercom } from '../../intercom/client.ts';
import { createCustomObjectInstance } from '../../intercom/custom-objects.ts';
import { acceptDifferences } from '../../reconcile/accept-differences.ts';
import { passGate } from '../../reconcile/pass-gate.ts';
import { editOverApi, openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { judgeDump } from '../support/judge-dump.ts';
import { everyOperation } from '../support/load-workload.ts';
import { readBack, redChecks } from '../support/read-back-workspace.ts';
import { plan } from '../support/rollback-workspace.ts';

let workspace: TestWorkspace;
afterEach(() => workspace.close());

interface StoredConversation {
  readonly id: string;
  readonly title: string | null;
  readonly admin_assignee_id: number | null;
  readonly team_assignee_id: number | null;
}

async function conversation(title: string): Promise<StoredConversation> {
  const found = (await workspace.dump()).find((one) => String(one.title).startsWith(title));
  return found as unknown as StoredConversation;
}

/** What does not pass, as `key field: expected, found`. */
async function differences(): Promise<string[]> {
  const { rows } = await workspace.database.pool.query<{ text: string }>(
    `select concat(target_key, ' ', field, ': ', expected, ', ', actual) as text from reconcile.difference
     where is_failure order by target_key, field`,
  );
  return rows.map((row) => row.text);
}

interface StoredContact {
  readonly id: string;
  readonly phone: string | null;
  readonly custom_attributes: Readonly<Record<string, unknown>>;
}

async function contact(email: string): Promise<StoredContact> {
  return (await workspace.dump()).find((one) => one.email === email) as unknown as StoredContact;
}

/** Answers a probe as a canary of this workspace would. */
async function answerProbe(probe: string, answer: string): Promise<void> {
  const { pool } = workspace.database;
  await pool.query(
    `insert into load.workspace (workspace_id_code, name, region, base_url, token_admin_id) values ($1, 'w', 'us', 'u', '1')
     on conflict do nothing`,
    [workspace.idCode],
  );
  await pool.query(`insert into load.probe (workspace_id_code, probe, answer, detail) values ($1, $2, $3, 'seen')`, [
    workspace.idCode,
    probe,
    answer,
  ]);
}

const ada = 9000002;
const serviceDesk = 7000001;

/** The workload with ticket 83 open. */
function withOpenTicket() {
  const workload = everyOperation();
  const [first, ...others] = workload.conversations;
  return { ...workload, conversations: [{ ...first, state: 'open' }, ...others] };
}

describe.each(['removes_teammate', 'keeps_teammate'] as const)('where assigning a team %s', (teamAssignment) => {
  it('an open ticket has its team and its agent, also after a change of the team', async () => {
    workspace = await openTestWorkspace(withOpenTicket(), { switches: { teamAssignment } });
    await workspace.load();
    expect(await conversation('[R-000083]')).toMatchObject({ admin_assignee_id: ada, team_assignee_id: serviceDesk });
    expect(await differences()).toEqual([]);

    await workspace.database.pool.query(
      `update intercom.conversation set team_name = null, payload_hash = sha256(payload_hash) where target_key = 'Ticket::83'`,
    );
    await workspace.load({ withChanges: true });
    expect(await conversation('[R-000083]')).toMatchObject({ admin_assignee_id: ada, team_assignee_id: null });
    expect(await differences()).toEqual([]);
  });
});

/** The workload with the attribute that keeps a phone number. */
function withPhoneAttribute() {
  const workload = everyOperation();
  const attribute = {
    target_key: 'contact_attribute:itop_phone',
    model: 'contact',
    name: 'itop_phone',
    data_type: 'string',
  };
  return { ...workload, attributes: [...workload.attributes, attribute] };
}

describe('a phone number', () => {
  const cases = [
    { phones: 'kept', phone: '+33 1 23', kept: undefined, listed: [] },
    { phones: 'stripped', phone: '+33123', kept: undefined, listed: [] },
    { phones: 'validated', phone: null, kept: '+33 1 23', listed: ['Contact::5 phone_refused +33 1 23'] },
  ] as const;
  it.each(cases)(
    'loads, reads back and rolls on where numbers are $phones',
    async ({ phones, phone, kept, listed }) => {
      workspace = await openTestWorkspace(withPhoneAttribute(), { switches: { phones } });
      await workspace.load();
      const stored = await contact('claude.monet@example.com');
      expect(stored.phone).toBe(phone);
      expect(stored.custom_attributes.itop_phone).toBe(kept);
      const { rows } = await workspace.database.pool.query<{ text: string }>(
        `select concat_ws(' ', target_key, reason_code, expected) as text from reconcile.difference where verdict = 'kept_elsewhere'`,
      );
      expect(rows.map((row) => row.text)).toEqual(listed);
      await readBack(workspace, 'full');
      expect(await redChecks(workspace)).toEqual([]);
      // A delta does not try again what it knows.
      const before = await workspace.mutations();
      await workspace.load({ withChanges: true });
      expect(await workspace.mutations()).toBe(before);
    },
  );
});

describe('a phone number that was refused', () => {
  it.each([
    { later: '+33 1 23 45 67 89', phone: '+33123456789', kept: null },
    { later: '12 34', phone: null, kept: '12 34' },
    { later: null, phone: null, kept: null },
  ])('leaves no old text behind when it becomes $later', async ({ later, phone, kept }) => {
    workspace = await openTestWorkspace(withPhoneAttribute(), { switches: { phones: 'validated' } });
    await workspace.load();
    expect((await contact('claude.monet@example.com')).custom_attributes.itop_phone).toBe('+33 1 23');
    await workspace.database.pool.query(
      `update intercom.contact set phone = $1, payload_hash = sha256(payload_hash) where target_key = 'Contact::5'`,
      [later],
    );
    await workspace.load({ withChanges: true });
    const stored = await contact('claude.monet@example.com');
    expect([stored.phone, stored.custom_attributes.itop_phone ?? null]).toEqual([phone, kept]);
    await readBack(workspace, 'full');
    expect(await redChecks(workspace)).toEqual([]);
  });
});

describe('the form of answers', () => {
  it.each([
    { entities: 'escaped', dateValues: 'iso' },
    { entities: 'plain', dateValues: 'seconds' },
  ] as const)('is no difference: %o', async (switches) => {
    const workload = everyOperation();
    const attributes = [
      ...workload.attributes,
      { target_key: 'contact_attribute:itop_seen', model: 'contact', name: 'itop_seen', data_type: 'date' },
      { target_key: 'conversation_attribute:itop_due', model: 'conversation', name: 'itop_due', data_type: 'date' },
    ];
    const contacts = workload.contacts.map((one, index) => ({
      ...one,
      name: `Pat O'Neill & <Sons> ${index}`,
      custom_attributes: { ...(one.custom_attributes as object), itop_seen: 1_583_056_800 },
    }));
    const conversations = workload.conversations.map((one) => ({
      ...one,
      title: `${String(one.title)} "out" & <about>`,
      body: `Literal &amp; &lt;b&gt; and <b>.\n\n${String(one.body)}`,
      custom_attributes: { itop_ref: 'R-000083', itop_due: 1_583_056_800 },
    }));
    workspace = await openTestWorkspace({ ...workload, attributes, contacts, conversations }, { switches });
    await workspace.load();
    expect(await differences()).toEqual([]);
    await readBack(workspace, 'full');
    expect(await redChecks(workspace)).toEqual([]);
  });
});

describe.each(['refuse', 'accept'] as const)(
  'where adding a contact without e-mail is met by: %s',
  (noEmailParticipants) => {
    it('the thread of a second author without one is whole', async () => {
      const workload = everyOperation();
      const contacts = workload.contacts.map((one) =>
        one.target_key === 'Contact::6' ? { ...one, email: null, name: 'No Address' } : one,
      );
      const parts = workload.parts.map((one) =>
        one.author_key === 'Contact::6'
          ? { ...one, attributed_body: 'No Address wrote in iTop:\n\nI see it too.' }
          : one,
      );
      workspace = await openTestWorkspace({ ...workload, contacts, parts }, { switches: { noEmailParticipants } });
      await answerProbe('participant_without_email', noEmailParticipants === 'accept' ? 'yes' : 'no');
      await workspace.load();
      expect(await differences()).toEqual([]);
      const thread = (await conversation('[R-000083]')) as unknown as {
        conversation_parts: { conversation_parts: { body: string | null; author: { type: string } }[] };
      };
      const told = thread.conversation_parts.conversation_parts.find((part) => part.body?.includes('I see it too.'));
      const isTold = noEmailParticipants === 'refuse';
      expect(told?.author.type).toBe(isTold ? 'admin' : 'user');
      expect(told?.body?.includes('No Address wrote in iTop')).toBe(isTold);
      expect((await workspace.requests()).attachContactToConversation ?? 0).toBe(isTold ? 0 : 1);
      await readBack(workspace, 'full');
      expect(await redChecks(workspace)).toEqual([]);
    });
  },
);

describe('a first object that is not as it was sent', () => {
  /** A workload whose contacts all have an attribute that the workspace cuts. */
  async function openCutting(): Promise<void> {
    const workload = everyOperation();
    const contacts = workload.contacts.map((one) => ({
      ...one,
      custom_attributes: { ...(one.custom_attributes as object), itop_notes: 'x'.repeat(300) },
    }));
    const attributes = [
      ...workload.attributes,
      ...['itop_notes', 'itop_remark'].map((name) => {
        return { target_key: `contact_attribute:${name}`, model: 'contact', name, data_type: 'string' };
      }),
    ];
    workspace = await openTestWorkspace({ ...workload, attributes, contacts }, { switches: { longStrings: 'cut' } });
  }

  it('stops the load, no start after it writes another one, and what a person accepts lets it go on', async () => {
    await openCutting();
    await expect(workspace.load()).rejects.toMatchObject({
      message: expect.stringContaining('Contact::5'),
      nextStep: expect.stringContaining(
        'reconcile accept --phase contacts --check "contact" --target-key "Contact::5" --by NAME',
      ),
    });
    const written = await workspace.mutations();
    await expect(workspace.load()).rejects.toThrow('Nothing more was written');
    expect(await workspace.mutations()).toBe(written);

    // One object accepted: others that differ in the same field stop nothing, and stay listed until they are accepted too.
    const { pool } = workspace.database;
    const accept = { phase: 'contacts', check: 'contact', by: 'Test', reason: 'cut on purpose' };
    await acceptDifferences(pool, workspace.idCode, { ...accept, targetKey: 'Contact::5' });
    const { phases } = await workspace.load();
    expect(phases.find(({ phase }) => phase === 'conversations')).toMatchObject({ written: 2, failed: 0, blocked: 0 });
    await expect(passGate(pool, workspace.idCode, 'conversations')).rejects.toMatchObject({
      nextStep: expect.stringContaining('--check "contact" --target-key "Contact::6" --by'),
    });
    await acceptDifferences(pool, workspace.idCode, accept);
    await passGate(pool, workspace.idCode, 'conversations');
  });

  it('lets the load go on once a person has mended it in Intercom', async () => {
    workspace = await openTestWorkspace(everyOperation());
    // Four attributes and a company go before it. A teammate is at the contact between its creation and the look at it.
    await workspace.control('/hold', { nth: 6, when: 'after-commit' });
    const loading = workspace.load().catch((error: unknown) => error);
    expect(await workspace.control('/hold?timeout=60000')).toMatchObject({ operation: 'CreateContact' });
    const { id } = await contact('claude.monet@example.com');
    await editOverApi(workspace, `contacts/${id}`, { name: 'Somebody' });
    await workspace.control('/release', {});
    expect(await loading).toMatchObject({ message: expect.stringContaining('sent Claude Monet, found Somebody') });
    await expect(workspace.load()).rejects.toThrow('Nothing more was written');

    await editOverApi(workspace, `contacts/${id}`, { name: 'Claude Monet' });
    const { phases } = await workspace.load();
    expect(phases.find(({ phase }) => phase === 'conversations')).toMatchObject({ written: 2, failed: 0, blocked: 0 });
    expect(await redChecks(workspace)).toEqual([]);
  });

  it('stops again at one that differs in another field than the one that was accepted', async () => {
    await openCutting();
    const { pool } = workspace.database;
    await pool.query(
      `update intercom.contact set custom_attributes = custom_attributes || jsonb_build_object('itop_remark', repeat('y', 300))
       where target_key = 'Contact::6'`,
    );
    await expect(workspace.load()).rejects.toThrow('Contact::5');
    const accept = { phase: 'contacts', check: 'contact', by: 'Test', reason: 'cut on purpose' };
    await acceptDifferences(pool, workspace.idCode, accept);
    await expect(workspace.load()).rejects.toThrow(/Contact::6.*itop_remark: sent y+/);
  });
});

describe('where answers show text in other typography', () => {
  function withTypography() {
    const workload = everyOperation();
    const text = `Don't touch "it" - wait... Crème brûlée, 1 < 2 & 3.`;
    const [opening, ...conversations] = workload.conversations;
    const [reply, ...parts] = workload.parts;
    const html = `<p>Don't touch "it" - wait... Crème brûlée, 1 &lt; 2.</p>`;
    return {
      ...workload,
      contacts: workload.contacts.map((one) => ({ ...one, name: `Zoé "Z" O'Neill - ${one.name}` })),
      conversations: [
        { ...opening, body: `${text}\n\n${opening?.body}`, title: `[R-000083] Don't - "it"...` },
        ...conversations,
      ],
      parts: [{ ...reply, body: text }, ...parts],
      collections: (workload.collections ?? []).map((one) => ({ ...one, name: `${one.name}, "as it was"` })),
      articles: (workload.articles ?? []).map((one) => ({ ...one, title: text, description: text, body: html })),
    };
  }

  it('load, proof and delta are green, and say where the characters differ', async () => {
    workspace = await openTestWorkspace(withTypography(), { switches: { typography: 'changed' } });
    await workspace.load();
    expect(await differences()).toEqual([]);
    await readBack(workspace, 'full');
    expect(await redChecks(workspace)).toEqual([]);
    const { rows } = await workspace.database.pool.query<{ line: string }>(
      `select concat_ws(' ', target_key, check_name) as line from reconcile.verdict
       where reason_code = 'other_typography' and verdict = 'passed' order by 1`,
    );
    expect(rows.map((row) => row.line)).toEqual(
      expect.arrayContaining([
        'Contact::5 contact',
        'FAQ::1 article',
        'FAQCategory::1 collection',
        'Ticket::83 conversation',
        'Ticket::83 read back: opening',
        'Ticket::83#public_log/0 part',
        'Ticket::83#public_log/0 read back: part text',
      ]),
    );
    const written = await workspace.mutations();
    await workspace.load({ withChanges: true });
    expect(await workspace.mutations()).toBe(written);
    const { id } = await conversation('[R-000083]');
    await workspace.control('/corrupt', { do: 'change-text', conversation_id: id, nth: 2 });
    await readBack(workspace, 'full');
    expect(await redChecks(workspace)).toEqual(['Ticket::83#public_log/0 read back: part text']);
  });

  it('lost markup stays a difference', async () => {
    workspace = await openTestWorkspace(withTypography(), {
      switches: { typography: 'changed', plainMarkup: 'strip' },
    });
    await expect(workspace.load()).rejects.toThrow('Ticket::83');
    expect((await differences()).filter((line) => line.startsWith('Ticket::83 body'))).toHaveLength(1);
  });
});

describe('a read without an answer', () => {
  it('fails its record, which the next load takes up, as its next step says', async () => {
    workspace = await openTestWorkspace(everyOperation());
    await workspace.control('/faults', { match: { operation: 'replyConversation' }, kind: 'error500-after-commit' });
    await workspace.control('/faults', { match: { operation: 'retrieveConversation' }, kind: '503', times: 3 });
    await workspace.load({ timeoutMs: 2_000 });
    const { rows } = await workspace.database.pool.query(
      'select target_key, state, reason_code, next_step from load.outcome',
    );
    expect(rows).toEqual([
      {
        target_key: 'Ticket::83',
        state: 'failed',
        reason_code: 'ServerFailed',
        next_step: expect.stringContaining('start the same command again'),
      },
    ]);
    await workspace.load();
    expect((await workspace.database.pool.query('select from load.outcome')).rowCount).toBe(0);
    expect(await judgeDump(workspace)).toEqual([]);
  });
});

describe('a call that is forbidden', () => {
  it('is the failure of its record, and the rest goes on', async () => {
    workspace = await openTestWorkspace(everyOperation());
    await workspace.control('/faults', { match: { operation: 'CreateContact', nth: 2 }, kind: '403-record' });
    await workspace.load();
    const { rows } = await workspace.database.pool.query(
      'select target_key, state, reason from load.outcome order by target_key',
    );
    expect(rows).toMatchObject([
      { target_key: 'Contact::6', state: 'failed', reason: expect.stringContaining('unsubscribed') },
      { target_key: 'Ticket::83', state: 'blocked' },
      { target_key: 'Ticket::84', state: 'blocked' },
    ]);
    await workspace.load({ isRetryingFailed: true });
    expect((await workspace.database.pool.query('select from load.outcome')).rowCount).toBe(0);
    expect(await differences()).toEqual([]);
  });

  it('stops the load where its code is one of token or plan, and where many in a row are', async () => {
    const workload = everyOperation();
    const [first] = workload.contacts;
    const many = Array.from({ length: 40 }, (_, n) => ({
      ...first,
      target_key: `Contact::${100 + n}`,
      source_key: `Contact::${100 + n}`,
      email: `person${n}@example.com`,
    }));
    workspace = await openTestWorkspace({ ...workload, contacts: [...workload.contacts, ...many] });
    await workspace.control('/faults', { match: { operation: 'CreateContact' }, kind: '403-plan' });
    await expect(workspace.load()).rejects.toThrow('Active subscription needed');
    expect((await workspace.requests()).CreateContact).toBe(1);
    await workspace.database.pool.query('delete from load.halt');
    await workspace.control('/faults', { match: { operation: 'CreateContact' }, kind: '403-record', times: 100 });
    await expect(workspace.load()).rejects.toThrow('unsubscribed');
    expect((await workspace.requests()).CreateContact).toBeLessThan(40);
  });
});

describe('what others write', () => {
  it.each([
    'note_and_reopen',
    'note_and_unsnooze',
    'assign_and_unsnooze',
    'assign_and_reopen',
    'a_type_nobody_described',
  ])('in a part of type %s keeps the conversation from being rolled back', async (partType) => {
    workspace = await openTestWorkspace(everyOperation());
    await workspace.load();
    const { id } = await conversation('[R-000083]');
    await workspace.control('/actions', {
      do: 'teammate-writes',
      conversation_id: id,
      admin_id: '9000002',
      kind: 'note',
      part_type: partType,
      body: 'Do not delete this.',
    });
    const { planId } = await plan(workspace);
    const { rows } = await workspace.database.pool.query<{ line: string }>(
      `select concat_ws(' ', target_type, target_key, action) as line from reconcile.rollback_item where plan_id = $1`,
      [planId],
    );
    const planned = rows.map((row) => row.line);
    expect(planned).toContain('conversation Ticket::83 keep');
    expect(planned).toContain('conversation Ticket::84 delete');
  });
});

describe('a file whose type is refused', () => {
  it('is named in a note, handed off, and costs its message nothing', async () => {
    const workload = everyOperation();
    const [first, second, ...others] = workload.files ?? [];
    // One of two files of a reply, and the only one of the opening.
    const files = [
      { ...first, file_name: 'setup.exe' },
      second,
      { ...second, target_key: 'Attachment::4', position: 2, file_name: 'tool.msi' },
      ...others,
    ] as Record<string, unknown>[];
    workspace = await openTestWorkspace({ ...workload, files }, { switches: { fileTypes: 'no_executables' } });
    await workspace.load();
    const { rows } = await workspace.database.pool.query<{ line: string }>(
      `select concat_ws(' ', target_key, target_type) as line from load.identity
       where target_type in ('attachment', 'attachment_handed_off') order by 1`,
    );
    expect(rows.map((row) => row.line)).toEqual([
      'Attachment::1 attachment_handed_off',
      'Attachment::2 attachment',
      'Attachment::3 attachment_handed_off',
      'Attachment::4 attachment_handed_off',
    ]);
    expect((await workspace.database.pool.query('select from load.outcome')).rowCount).toBe(0);
    expect(await differences()).toEqual([]);
    await readBack(workspace, 'full');
    expect(await redChecks(workspace)).toEqual([]);
    const before = await workspace.mutations();
    await workspace.load({ withChanges: true });
    expect(await workspace.mutations()).toBe(before);
  });
});

describe('a contact that was there as a lead', () => {
  it('opens its conversation under its role', async () => {
    workspace = await openTestWorkspace(everyOperation(), { switches: { leadEmails: 'conflict' } });
    await workspace.control('/actions', {
      do: 'plant-contact',
      fields: { role: 'lead', email: 'claude.monet@example.com', name: 'Lead' },
    });
    await workspace.load();
    expect((await workspace.database.pool.query('select from load.outcome')).rowCount).toBe(0);
    expect(await differences()).toEqual([]);
    expect((await conversation('[R-000083]')).title).toBe('[R-000083] Printer');
  });
});

describe.each(['keeps', 'replaces'] as const)(
  'where an upsert of an instance %s what it does not name',
  (instanceUpserts) => {
    it('what others wrote to an instance stays, at the load and in a delta', async () => {
      workspace = await openTestWorkspace(everyOperation(), { switches: { instanceUpserts } });
      await workspace.control('/actions', {
        do: 'plant-object-type',
        fields: { identifier: 'ItopConfigurationItem', attributes: { name: 'text', owner: 'text', room: 'text' } },
      });
      const before = openIntercom({ token: workspace.token, region: 'us', baseUrl: workspace.url, timeoutMs: 2_000 });
      await before.send(
        createCustomObjectInstance('ItopConfigurationItem', {
          external_id: 'itop-functionalci-12',
          custom_attributes: { owner: 'Facilities' },
        }),
      );
      await before.close();
      const held = async () =>
        (await workspace.dump()).find((one) => one.external_id === 'itop-functionalci-12')?.custom_attributes;
      await workspace.load();
      expect(await held()).toEqual({ owner: 'Facilities', name: 'SRV-12' });

      await workspace.database.pool.query(
        `update intercom.custom_object_instance
       set custom_attributes = custom_attributes || '{"room": "B 12"}', payload_hash = sha256(payload_hash)`,
      );
      await workspace.load({ withChanges: true });
      expect(await held()).toEqual({ owner: 'Facilities', name: 'SRV-12', room: 'B 12' });
    });
  },
);
