import type pg from 'pg';
import { expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { materialisedRelations } from '../../transform/materialised/materialised-relations.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase } from '../support/database.ts';
import fc from '../support/fast-check.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

/*
 * Incremental equals full, over everything that shapes a conversation: tickets and their parents, persons who share addresses, accounts,
 * links, files, history, work orders, organizations, long threads, deletions. Each round changes a few of them; a world that fails is
 * shrunk to the fewest rounds, changes and values.
 */

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
});

/** An id as iTop's REST writes it; 0 is none. */
const idBelow = (bound: number): fc.Arbitrary<string> => fc.nat(bound - 1).map(String);
const idUpTo = (most: number): fc.Arbitrary<string> => fc.integer({ min: 1, max: most }).map(String);
const one = (...values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
const name = one('Ada Berger', 'Ben Colleague', 'Carla Foreign', 'Dora Double');
const timeOf = (minute: number): string => `2024-01-10 10:${String(minute % 60).padStart(2, '0')}:00`;
const time = fc.nat(59).map(timeOf);

const entry = fc.record({ user_id: one('0', '5', '6', '7'), user_login: name, late: fc.nat(2), body: fc.nat(5) });
const entries = fc
  .oneof(
    { weight: 11, arbitrary: fc.array(entry, { maxLength: 3 }) },
    // Now and then a thread near the limit, at which messages are folded.
    {
      weight: 1,
      arbitrary: fc
        .tuple(entry, fc.integer({ min: 380, max: 439 }))
        .map(([same, count]) => Array.from({ length: count }, () => same)),
    },
  )
  .map((list) => ({
    entries: list.map(({ late, body, ...author }, index) => ({
      ...author,
      date: timeOf(index + late),
      message: 'text',
      message_html: `<p>text ${body}</p>`,
    })),
  }));

interface Kind {
  readonly rootClass: string;
  /** Ids are 1 to this. */
  readonly ids: number;
  readonly finalClass: fc.Arbitrary<string>;
  readonly fields: Readonly<Record<string, fc.Arbitrary<unknown>>>;
}

const kinds: readonly Kind[] = [
  {
    rootClass: 'Ticket',
    ids: 7,
    finalClass: one('UserRequest', 'UserRequest', 'Incident'),
    fields: {
      ref: one('R-000001', 'R-000002'),
      title: one('Printer', 'Mail'),
      status: one('new', 'assigned', 'resolved', 'closed', 'nobody mapped this'),
      org_id: idBelow(4),
      caller_id: idBelow(6),
      caller_id_friendlyname: name,
      agent_id: idBelow(6),
      agent_id_friendlyname: name,
      start_date: time,
      last_update: time,
      description: one('<p>first</p>', '<p>second</p>'),
      solution: one('', '', '<p>solved</p>'),
      resolution_date: time,
      parent_request_id: idBelow(8),
      parent_request_ref: one('R-x'),
      priority: idUpTo(4),
      public_log: entries,
      private_log: entries,
    },
  },
  {
    rootClass: 'Contact',
    ids: 5,
    finalClass: one('Person'),
    fields: {
      name: one('X'),
      first_name: one('Y'),
      friendlyname: name,
      status: one('active', 'inactive'),
      org_id: idBelow(4),
      email: one('one@a.example', 'two@a.example', 'no address', 'three@a.example'),
      phone: one(''),
    },
  },
  {
    rootClass: 'Organization',
    ids: 3,
    finalClass: one('Organization'),
    fields: { name: one('Org 1', 'Org 2', 'Org 3'), code: one('', 'C1', 'C2'), parent_id: idBelow(4) },
  },
  {
    rootClass: 'User',
    ids: 7,
    finalClass: one('UserLocal'),
    fields: { login: one('u1', 'u2'), contactid: idBelow(6), status: one('enabled') },
  },
  {
    rootClass: 'URP_UserProfile',
    ids: 5,
    finalClass: one('URP_UserProfile'),
    fields: { userid: one('5', '6', '7'), profileid: one('2', '12', '5') },
  },
  {
    rootClass: 'lnkContactToTicket',
    ids: 6,
    finalClass: one('lnkContactToTicket'),
    fields: {
      ticket_id: idUpTo(8),
      contact_id: idUpTo(5),
      contact_id_friendlyname: name,
      contact_id_finalclass_recall: one('Person', 'Team'),
      role_code: one('manual', 'computed'),
    },
  },
  {
    rootClass: 'lnkFunctionalCIToTicket',
    ids: 6,
    finalClass: one('lnkFunctionalCIToTicket'),
    fields: {
      ticket_id: idUpTo(8),
      functionalci_id: idUpTo(3),
      functionalci_name: one('srv-1', 'srv-2', 'srv-3'),
      functionalci_id_finalclass_recall: one('Server'),
      impact_code: one('manual', 'computed', 'not_impacted'),
    },
  },
  {
    rootClass: 'Attachment',
    ids: 5,
    finalClass: one('Attachment'),
    fields: {
      item_class: one('UserRequest', 'UserRequest', 'Server'),
      item_id: idBelow(8),
      creation_date: time,
      user_id: one('5', '6', '7'),
      contact_id: idBelow(6),
    },
  },
  {
    rootClass: 'CMDBChangeOp',
    ids: 8,
    finalClass: one('CMDBChangeOpCreate', 'CMDBChangeOpAttachmentAdded', 'CMDBChangeOpSetAttributeCaseLog'),
    fields: {
      change: idUpTo(3),
      date: time,
      userinfo: name,
      user_id: idBelow(8),
      objclass: one('UserRequest'),
      objkey: idUpTo(7),
      attcode: one('public_log', 'private_log'),
      lastentry: idBelow(3),
      attachment_id: idUpTo(5),
    },
  },
  {
    rootClass: 'WorkOrder',
    ids: 3,
    finalClass: one('WorkOrder'),
    fields: {
      name: one('Order 1', 'Order 2'),
      status: one('open'),
      description: one('do it'),
      ticket_id: idBelow(8),
      log: entries,
    },
  },
];

/** One object as it is now, or gone. */
const change: fc.Arbitrary<readonly [string, GivenObject]> = fc.oneof(
  ...kinds.map(({ rootClass, ids, finalClass, fields }) =>
    fc
      .tuple(idUpTo(ids), finalClass, fc.record(fields), fc.nat(5))
      .map(([id, className, values, fate]): readonly [string, GivenObject] => [
        `${rootClass}::${id}`,
        { class: className, fields: fate === 5 ? null : values },
      ]),
  ),
);

/** A file was fetched, or looked at again. */
const fetched = fc.record({
  key: idUpTo(5).map((id) => `Attachment::${id}`),
  finding: fc.constantFrom(null, null, 'bytes missing', 'bytes differ'),
  name: one('file-1.txt', 'file-2.txt'),
});

const round = fc.record({
  changes: fc.array(change, { minLength: 1, maxLength: 6, size: 'max' }),
  file: fc.option(fetched, { freq: 2 }),
});
const world = fc.record({
  first: fc.array(change, { minLength: 40, maxLength: 60, size: 'max' }),
  rounds: fc.array(round, { minLength: 6, maxLength: 8, size: 'max' }),
});

async function fetchFile(pool: pg.Pool, file: { key: string; finding: string | null; name: string }): Promise<void> {
  await pool.query(
    `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, file_name, media_type, finding)
     values ($1, 'contents', case when $2::text is distinct from 'bytes missing' then sha256($3::bytea) end, 10, $3, 'text/plain', $2)
     on conflict (source_key, attribute) do update
     set blob_hash = excluded.blob_hash, file_name = excluded.file_name, finding = excluded.finding`,
    [file.key, file.finding, file.name],
  );
}

async function rowsOf(pool: pg.Pool, relation: string): Promise<string[]> {
  const { rows } = await pool.query<{ row: string }>(`select r::text as row from ${relation} r order by 1`);
  return rows.map(({ row }) => row);
}

/** What a materialised relation must never be: other than its definition. */
async function expectEqualToFull(pool: pg.Pool, what: string): Promise<void> {
  for (const { relation } of materialisedRelations)
    expect(await rowsOf(pool, relation), `${relation} ${what}`).toEqual(await rowsOf(pool, `${relation}_definition`));
}

const fates = 'loaded, merged, excluded, handed_off, reference, failed, blocked, pending, deleted_at_source'.split(
  ', ',
);

/** Counts by class are added up in another way than item by item, and in yet another before the first load. */
async function expectCountsOfDispositions(pool: pg.Pool, what: string): Promise<void> {
  const byItem = await pool.query(
    `select item_kind, class, replace(disposition, ' ', '_') as fate, count(*)
     from reconcile.disposition group by 1, 2, 3 order by 1, 2, 3`,
  );
  const byClass = await pool.query(
    `select item_kind, class, fate, count
     from reconcile.count_by_class
     cross join lateral (values ${fates.map((fate) => `('${fate}', ${fate})`).join(', ')}) as f (fate, count)
     where count > 0 order by 1, 2, 3`,
  );
  expect(byClass.rows, `counts ${what}`).toEqual(byItem.rows);
  const objects = await pool.query(
    `select source_key from raw.head except all select item_key from reconcile.disposition where item_kind = 'object'
     union all
     select item_key from reconcile.disposition where item_kind = 'object' except all select source_key from raw.head`,
  );
  expect(objects.rows, `objects with one disposition ${what}`).toEqual([]);
}

it('ends incrementally where a full build would, whatever changes', { timeout: 300_000 }, () =>
  fc.assert(
    fc.asyncProperty(world, async ({ first, rounds }) => {
      const database = await createTestDatabase();
      try {
        for (const [index, { changes, file }] of [{ changes: first, file: null }, ...rounds].entries()) {
          await landObjects(database.pool, Object.fromEntries(changes), {
            observedAt: new Date(Date.UTC(2026, 0, 2 + index)),
          });
          if (file !== null) await fetchFile(database.pool, file);
          if (index > 0 && index === rounds.length)
            await expectCountsOfDispositions(database.pool, 'of what landed since');
          await runTransform(database.pool, settings, openProgress('silent'));
          await expectEqualToFull(database.pool, `in round ${index}`);
        }
        await expectCountsOfDispositions(database.pool, 'before a load');
        await database.pool.query(
          `insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('abc', 'Trial', 'http://intercom.example', '1')`,
        );
        await expectCountsOfDispositions(database.pool, 'in a workspace');
      } finally {
        await database.drop();
      }
    }),
    // Shrinking ends in time too: what it has found by then is shown with its seed.
    { numRuns: 4, interruptAfterTimeLimit: 120_000 },
  ),
);
