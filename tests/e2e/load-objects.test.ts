import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DumpedObject, openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';

let workspace: TestWorkspace;
let dump: DumpedObject[];

beforeAll(async () => {
  workspace = await openTestWorkspace(everyOperation());
  await workspace.load();
  dump = await workspace.dump();
});
afterAll(() => workspace.close());

const ofType = (type: string) => dump.filter((object) => object.type === type);

interface Part {
  part_type: string;
  body: string | null;
  created_at: number;
  attachments: { name: string; filesize: number }[];
}

function conversation(title: string) {
  const found = ofType('conversation').find((object) => object.title === title);
  if (found === undefined) throw new Error(`no conversation ${title}`);
  return found as unknown as {
    id: string;
    custom_attributes: Record<string, unknown>;
    tags: { tags: { name: string }[] };
    conversation_parts: { conversation_parts: Part[] };
  };
}

it('loads tags, instances, collections below their parents, and articles as drafts that no bot reads', () => {
  expect(ofType('tag')).toMatchObject([{ name: 'Network' }]);
  expect(ofType('custom_object_instance')).toMatchObject([
    {
      object_type: 'ItopConfigurationItem',
      external_id: 'itop-functionalci-12',
      custom_attributes: { name: 'SRV-12' },
    },
  ]);
  const [above, below] = ofType('collection');
  expect(above).toMatchObject({ name: 'Networks', parent_id: null });
  expect(below).toMatchObject({ name: 'Wireless', parent_id: above?.id });
  expect(ofType('article')).toMatchObject([
    { title: 'How to plug in', state: 'draft', parent_ids: [Number(below?.id)], ai_chatbot_availability: false },
  ]);
});

it('puts files on their parts, those of the opening right after it, and names what is too big in a note', () => {
  const { conversation_parts: list } = conversation('[R-000083] Printer');
  const messages = list.conversation_parts.filter((part) => part.body !== null);
  expect(messages.map((part) => part.attachments.map((file) => `${file.name} ${file.filesize}`))).toEqual([
    ['fire.txt 9'],
    [],
    ['still "on" fire.txt 22'],
    [],
    [],
    [],
  ]);
  expect(messages[0]?.created_at).toBe(Date.parse('2020-03-01T10:00:00Z') / 1000);
  expect(messages[1]).toMatchObject({
    part_type: 'note',
    body: expect.stringContaining('film.bin (2000000 bytes)'),
    created_at: messages[0]?.created_at,
  });
});

it('tags the conversation and relates it to its instances in the one call of its attributes', async () => {
  const { custom_attributes, tags } = conversation('[R-000083] Printer');
  expect(tags.tags).toMatchObject([{ name: 'Network' }]);
  expect(custom_attributes.itop_cis).toMatchObject({ instances: [{ external_id: 'itop-functionalci-12' }] });
  const updates = await workspace.database.pool.query(
    `select from load.journal where source_key = 'Ticket::83' and operation = 'updateConversation'`,
  );
  expect(updates.rowCount).toBe(1);
});

it('keeps the bytes of files out of the journal', async () => {
  const sent = await workspace.database.pool.query<{ files: unknown }>(
    `select payload -> 'attachment_files' as files from load.journal where payload ? 'attachment_files' order by journal_id`,
  );
  expect(sent.rows.map((row) => row.files)).toMatchObject([
    [{ name: 'fire.txt', byte_size: 9, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    [{ name: 'still "on" fire.txt', byte_size: 22 }],
  ]);
});

it('passes every check on what it was answered, and notifies nobody', async () => {
  const failed = await workspace.database.pool.query(
    `select target_key, check_name, field, expected, actual from reconcile.verdict where verdict in ('failed', 'unknown')`,
  );
  expect(failed.rows).toEqual([]);
  expect(await workspace.customerNotifications()).toEqual([]);
});

it('writes nothing when it is run again', async () => {
  const before = await workspace.mutations();
  await workspace.load();
  expect(await workspace.mutations()).toBe(before);
});
