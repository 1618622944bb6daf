import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type pg from 'pg';
import { readViewFiles } from '../../transform/view-files.ts';

/**
 * A workload of the loader as plain tables in the place of the `intercom.*` views, small enough to be killed at every
 * request and with every operation of a load in it.
 */
export interface Workload {
  readonly attributes: readonly Record<string, unknown>[];
  readonly companies: readonly Record<string, unknown>[];
  readonly contacts: readonly Record<string, unknown>[];
  readonly contactCompanies: readonly Record<string, unknown>[];
  readonly conversations: readonly Record<string, unknown>[];
  readonly parts: readonly Record<string, unknown>[];
  readonly teammates: readonly Record<string, unknown>[];
  readonly tags?: readonly Record<string, unknown>[];
  readonly conversationTags?: readonly Record<string, unknown>[];
  readonly customObjects?: readonly Record<string, unknown>[];
  readonly collections?: readonly Record<string, unknown>[];
  readonly articles?: readonly Record<string, unknown>[];
  readonly relations?: readonly Record<string, unknown>[];
  readonly files?: readonly Record<string, unknown>[];
}

/**
 * Tables with the columns of the real relations in their place. What read the relations (what is to become of each item, and what
 * is not explained) is made again over the tables.
 */
async function replaceRelations(pool: pg.Pool): Promise<void> {
  await pool.query(`do $$
    declare
      relation text;
    begin
      create schema given;
      for relation in select c.relname from pg_class c where c.relnamespace = 'intercom'::regnamespace and c.relkind in ('r', 'v')
      loop
        execute format('create table given.%I (like intercom.%I)', relation, relation);
      end loop;
      drop schema intercom cascade;
      alter schema given rename to intercom;
    end $$`);
  for (const file of await readViewFiles()) {
    if (!file.name.startsWith('reconcile.')) continue;
    const { rows } = await pool.query<{ is_there: boolean }>(
      'select coalesce(to_regclass($1)::oid, to_regproc($1)::oid) is not null as is_there',
      [file.name],
    );
    if (rows[0]?.is_there === false) await pool.query(file.sql);
  }
}

/** Puts the workload into the database, instead of the views that would be there. */
export async function writeWorkload(pool: pg.Pool, workload: Workload): Promise<void> {
  await replaceRelations(pool);
  const relations: readonly [string, readonly Record<string, unknown>[], boolean][] = [
    ['attribute', workload.attributes, false],
    ['company', workload.companies, true],
    ['contact', workload.contacts, true],
    ['contact_company', workload.contactCompanies, false],
    ['conversation', workload.conversations, true],
    ['conversation_part', workload.parts, true],
    ['teammate', workload.teammates, false],
    ['tag', workload.tags ?? [], true],
    ['conversation_tag', workload.conversationTags ?? [], false],
    ['custom_object_instance', workload.customObjects ?? [], true],
    ['collection', workload.collections ?? [], true],
    ['article', workload.articles ?? [], true],
    ['conversation_relation', workload.relations ?? [], false],
    ['conversation_part_file', workload.files ?? [], false],
  ];
  for (const [name, rows, isHashed] of relations) {
    const complete = rows.map((row) => (isHashed ? { ...row, payload_hash: `\\x${hashOf(row)}` } : row));
    await pool.query(
      `insert into intercom.${name} select * from jsonb_populate_recordset(null::intercom.${name}, $1::jsonb)`,
      [JSON.stringify(complete)],
    );
  }
}

function hashOf(row: Record<string, unknown>): string {
  return createHash('sha256').update(JSON.stringify(row)).digest('hex');
}

/** Teammates of the simulated workspace; the first owns the token. Otto, who wrote a note, is not among them. */
export const workspaceTeammates = [
  { id: '9000001', email: 'migration@example.com', name: 'Migration' },
  { id: '9000002', email: 'agent.ada@example.com', name: 'Ada Agent' },
];

export const workspaceTeams = [{ id: '7000001', name: 'Service desk' }];

/** One of everything that a load does: see the comments of its parts. */
export function everyOperation(): Workload {
  const conversation = {
    raw_version: 1,
    marker: '',
    company_key: 'Organization::3',
    custom_attributes: { itop_ref: 'R-000083' },
    snoozed_until: null,
    assignee_key: null,
    team_name: null,
    part_count: 0,
  };
  const part = { author_key: null, attributed_body: null, body_format: 'text' };
  return {
    attributes: [
      attribute('company', 'itop_organization_key'),
      attribute('contact', 'itop_source_key'),
      attribute('conversation', 'itop_ref'),
    ],
    companies: [
      {
        target_key: 'Organization::3',
        source_key: 'Organization::3',
        raw_version: 1,
        company_id: 'DEMO',
        name: 'Demo & Sons',
        custom_attributes: { itop_organization_key: 'Organization::3' },
      },
    ],
    contacts: [
      contact('Contact::5', { email: 'claude.monet@example.com', name: 'Claude Monet', phone: '+33 1 23' }),
      contact('Contact::6', {
        email: 'second.author@example.com',
        external_id: 'itop-contact-6',
        name: 'Second Author',
      }),
    ],
    contactCompanies: [
      { target_key: 'Contact::5/Organization::3', contact_key: 'Contact::5', company_key: 'Organization::3' },
    ],
    conversations: [
      {
        ...conversation,
        target_key: 'Ticket::83',
        source_key: 'Ticket::83',
        contact_key: 'Contact::5',
        created_at: '2020-03-01T10:00:00Z',
        body: 'The <printer> is on fire.\n\nImported from iTop R-000083 (itopUserRequest83)',
        marker: 'itopUserRequest83',
        title: '[R-000083] Printer',
        state: 'closed',
        assignee_key: 'Contact::7',
        team_name: 'Service desk',
        part_count: 4,
      },
      {
        ...conversation,
        target_key: 'Ticket::84',
        source_key: 'Ticket::84',
        contact_key: 'Contact::6',
        created_at: '2020-03-02T10:00:00Z',
        body: 'Waiting for a part.\n\nImported from iTop R-000084 (itopUserRequest84)',
        marker: 'itopUserRequest84',
        title: '[R-000084] Part',
        state: 'snoozed',
        snoozed_until: '2099-01-01T08:00:00Z',
        team_name: 'service desk',
        part_count: 0,
      },
    ],
    parts: [
      // A reply by the caller, one by a colleague who must be made a participant first, a comment by a teammate and a note by an
      // agent who is no teammate.
      {
        ...part,
        target_key: 'Ticket::83#public_log/0',
        conversation_key: 'Ticket::83',
        position: 1,
        part_type: 'comment',
        author_kind: 'contact',
        author_key: 'Contact::5',
        created_at: '2020-03-01T10:05:00Z',
        body: 'Still on fire.',
      },
      {
        ...part,
        target_key: 'Ticket::83#public_log/1',
        conversation_key: 'Ticket::83',
        position: 2,
        part_type: 'comment',
        author_kind: 'contact',
        author_key: 'Contact::6',
        created_at: '2020-03-01T10:05:01Z',
        body: 'I see it too.',
        attributed_body: 'Second Author wrote in iTop:\n\nI see it too.',
      },
      {
        ...part,
        target_key: 'Ticket::83#public_log/2',
        conversation_key: 'Ticket::83',
        position: 3,
        part_type: 'comment',
        author_kind: 'teammate',
        author_key: 'Contact::7',
        created_at: '2020-03-01T11:00:00Z',
        body: 'Somebody is on the way.',
        attributed_body: 'Ada Agent wrote in iTop:\n\nSomebody is on the way.',
      },
      {
        ...part,
        target_key: 'Ticket::83#private_log/0',
        conversation_key: 'Ticket::83',
        position: 4,
        part_type: 'note',
        author_kind: 'teammate',
        author_key: 'Contact::9',
        created_at: '2020-03-01T12:00:00Z',
        body: '<p>Bring <b>water</b></p>',
        attributed_body: '<p><b>Otto Gone</b> wrote in iTop:</p><p>Bring <b>water</b></p>',
        body_format: 'html',
      },
    ],
    tags: [keyed('tag:Network', { name: 'Network' })],
    conversationTags: [
      { target_key: 'Ticket::83/tag:Network', conversation_key: 'Ticket::83', tag_key: 'tag:Network' },
    ],
    customObjects: [
      keyed('FunctionalCI::12', {
        type_identifier: objectType.identifier,
        external_id: 'itop-functionalci-12',
        external_created_at: '2019-01-01T00:00:00Z',
        external_updated_at: null,
        custom_attributes: { name: 'SRV-12' },
      }),
    ],
    collections: [
      keyed('FAQCategory::1', { name: 'Networks', description: 'All about cables', parent_key: null }),
      keyed('FAQCategory::2', { name: 'Wireless', description: null, parent_key: 'FAQCategory::1' }),
    ],
    articles: [
      keyed('FAQ::1', {
        title: 'How to plug in',
        body: '<p>Plug it <b>in</b>.</p>',
        description: 'Cables',
        collection_key: 'FAQCategory::2',
        state: 'draft',
      }),
    ],
    relations: [
      {
        target_key: 'Ticket::83/itop_cis',
        conversation_key: 'Ticket::83',
        attribute: 'itop_cis',
        instance_keys: ['FunctionalCI::12'],
      },
    ],
    files: [
      // One on the opening, which needs a part of its own; one on a reply; one too big for a request.
      file('Attachment::1', 'Ticket::83#opening', blobs.small, 'fire.txt'),
      file('Attachment::2', 'Ticket::83#public_log/0', blobs.other, 'still "on" fire.txt'),
      file('Attachment::3', 'Ticket::83#public_log/0', blobs.big, 'film.bin'),
    ],
    teammates: [
      { target_key: 'Contact::7', email: 'Agent.Ada@example.com', name: 'Ada Agent' },
      { target_key: 'Contact::9', email: 'otto.gone@example.com', name: 'Otto Gone' },
    ],
  };
}

/** Type of the custom objects, to be planted in the simulated workspace: types are made by hand. */
export const objectType = { identifier: 'ItopConfigurationItem', attributes: { name: 'text' } };

const blobs = {
  small: Buffer.from('It burns.'),
  other: Buffer.from('It burns, and how: é.'),
  big: Buffer.alloc(2_000_000, 'film'),
};

/** The bytes of the workload's files by their hash. */
export const workloadBlobs = {
  has: (hash: string) => Promise.resolve(bytesOf(hash) !== undefined),
  open: (hash: string) => Promise.resolve(Readable.from([bytesOf(hash) ?? Buffer.alloc(0)])),
};

function bytesOf(hash: string): Buffer | undefined {
  return Object.values(blobs).find((bytes) => sha256(bytes) === hash);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function file(key: string, partKey: string, bytes: Buffer, name: string) {
  return {
    target_key: key,
    part_key: partKey,
    conversation_key: 'Ticket::83',
    position: 1,
    file_name: name,
    media_type: 'text/plain',
    blob_hash: `\\x${sha256(bytes)}`,
    byte_size: bytes.length,
  };
}

function keyed(key: string, fields: Record<string, unknown>) {
  return { target_key: key, source_key: key, raw_version: 1, ...fields };
}

function attribute(model: string, name: string) {
  return { target_key: `${model}_attribute:${name}`, model, name, data_type: 'string', description: 'from iTop' };
}

function contact(key: string, fields: { email?: string; external_id?: string; name: string; phone?: string }) {
  return {
    target_key: key,
    source_key: key,
    raw_version: 1,
    role: 'user',
    ...fields,
    custom_attributes: { itop_source_key: key },
  };
}
