import { afterEach, beforeEach, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { materialisedRelations } from '../../transform/materialised-relations.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

/*
 * Incremental equals full, over everything that shapes a conversation: tickets and their parents, persons who share addresses, accounts,
 * links, files, history, work orders, organizations, long threads, deletions. Each round changes a few of them at random.
 */

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
});
const transform = () => runTransform(database.pool, settings, openProgress('silent'));

/** A small generator of repeatable random whole numbers below a bound. */
function seeded(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

type Random = ReturnType<typeof seeded>;
type Maker = (random: Random, id: number) => GivenObject;

const names = ['Ada Berger', 'Ben Colleague', 'Carla Foreign', 'Dora Double', 'Dora Double'];
const pick = <T>(random: Random, values: readonly T[]): T => values[random(values.length)] as T;
const minute = (value: number): string => `2024-01-10 10:${String(value % 60).padStart(2, '0')}:00`;

function entriesOf(random: Random): Record<string, string>[] {
  // Now and then a thread near the limit, at which messages are folded.
  const count = random(12) === 0 ? 380 + random(60) : random(4);
  return Array.from({ length: count }, (_, index) => ({
    date: minute(index + random(3)),
    user_id: pick(random, ['0', '5', '6', '7']),
    user_login: pick(random, names),
    message: 'text',
    message_html: `<p>text ${random(6)}</p>`,
  }));
}

/** Root class, ids and how an object of it looks. */
const makers: readonly (readonly [string, number, Maker])[] = [
  [
    'Ticket',
    7,
    (random, id) => ({
      class: pick(random, ['UserRequest', 'UserRequest', 'Incident']),
      fields: {
        ref: `R-${id}-${random(2)}`,
        title: `Ticket ${id}`,
        status: pick(random, ['new', 'assigned', 'resolved', 'closed', 'nobody mapped this']),
        org_id: String(random(4)),
        caller_id: String(random(6)),
        caller_id_friendlyname: pick(random, names),
        agent_id: String(random(6)),
        agent_id_friendlyname: pick(random, names),
        start_date: minute(random(30)),
        last_update: minute(random(60)),
        description: `<p>description ${random(3)}</p>`,
        solution: random(3) === 0 ? '<p>solved</p>' : '',
        resolution_date: minute(random(60)),
        parent_request_id: String(random(8)),
        parent_request_ref: 'R-x',
        priority: String(1 + random(4)),
        public_log: { entries: entriesOf(random) },
        private_log: { entries: entriesOf(random) },
      },
    }),
  ],
  [
    'Contact',
    5,
    (random, id) => ({
      class: 'Person',
      fields: {
        name: 'X',
        first_name: 'Y',
        friendlyname: pick(random, names),
        status: pick(random, ['active', 'inactive']),
        org_id: String(random(4)),
        email: pick(random, ['one@a.example', 'two@a.example', 'no address', `p${id}@a.example`]),
        phone: '',
      },
    }),
  ],
  [
    'Organization',
    3,
    (random, id) => ({
      class: 'Organization',
      fields: { name: `Org ${random(3)}`, code: pick(random, ['', 'C1', `C${id}`]), parent_id: String(random(4)) },
    }),
  ],
  [
    'User',
    7,
    (random, id) => ({
      class: 'UserLocal',
      fields: { login: `u${id}`, contactid: String(random(6)), status: 'enabled' },
    }),
  ],
  [
    'URP_UserProfile',
    5,
    (random) => ({
      class: 'URP_UserProfile',
      fields: { userid: String(5 + random(3)), profileid: pick(random, ['2', '12', '5']) },
    }),
  ],
  [
    'lnkContactToTicket',
    6,
    (random) => ({
      class: 'lnkContactToTicket',
      fields: {
        ticket_id: String(1 + random(8)),
        contact_id: String(1 + random(5)),
        contact_id_friendlyname: pick(random, names),
        contact_id_finalclass_recall: pick(random, ['Person', 'Team']),
        role_code: pick(random, ['manual', 'computed']),
      },
    }),
  ],
  [
    'lnkFunctionalCIToTicket',
    6,
    (random) => ({
      class: 'lnkFunctionalCIToTicket',
      fields: {
        ticket_id: String(1 + random(8)),
        functionalci_id: String(1 + random(3)),
        functionalci_name: `srv-${random(3)}`,
        functionalci_id_finalclass_recall: 'Server',
        impact_code: pick(random, ['manual', 'computed', 'not_impacted']),
      },
    }),
  ],
  [
    'Attachment',
    5,
    (random) => ({
      class: 'Attachment',
      fields: {
        item_class: pick(random, ['UserRequest', 'UserRequest', 'Server']),
        item_id: String(random(8)),
        creation_date: minute(random(60)),
        user_id: String(5 + random(3)),
        contact_id: String(random(6)),
      },
    }),
  ],
  [
    'CMDBChangeOp',
    8,
    (random) => ({
      class: pick(random, ['CMDBChangeOpCreate', 'CMDBChangeOpAttachmentAdded', 'CMDBChangeOpSetAttributeCaseLog']),
      fields: {
        change: String(1 + random(3)),
        date: minute(random(60)),
        userinfo: pick(random, names),
        user_id: String(random(8)),
        objclass: 'UserRequest',
        objkey: String(1 + random(7)),
        attcode: pick(random, ['public_log', 'private_log']),
        lastentry: String(random(3)),
        attachment_id: String(1 + random(5)),
      },
    }),
  ],
  [
    'WorkOrder',
    3,
    (random) => ({
      class: 'WorkOrder',
      fields: {
        name: `Order ${random(3)}`,
        status: 'open',
        description: 'do it',
        ticket_id: String(random(8)),
        log: { entries: entriesOf(random).slice(0, 2) },
      },
    }),
  ],
];

const rowsOf = async (relation: string): Promise<string[]> =>
  (await database.pool.query<{ row: string }>(`select r::text as row from ${relation} r order by 1`)).rows.map(
    (r) => r.row,
  );

/** A file was fetched, or looked at again. */
async function fetchFile(random: Random): Promise<void> {
  const finding = pick(random, [null, null, 'bytes missing', 'bytes differ']);
  await database.pool.query(
    `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, file_name, media_type, finding)
     values ($1, 'contents', case when $2::text is distinct from 'bytes missing' then sha256($3::bytea) end, 10, $3, 'text/plain', $2)
     on conflict (source_key, attribute) do update
     set blob_hash = excluded.blob_hash, file_name = excluded.file_name, finding = excluded.finding`,
    [`Attachment::${1 + random(5)}`, finding, `file-${random(3)}.txt`],
  );
}

it.each([1, 2])(
  'ends incrementally where a full build would, whatever changes (seed %i)',
  async (seed) => {
    const random = seeded(seed * 7_919);
    for (let round = 0; round < 7; round++) {
      const changes: Record<string, GivenObject> = {};
      for (let change = 0; change < (round === 0 ? 40 : 4); change++) {
        const [rootClass, ids, make] = pick(random, makers);
        const id = 1 + random(ids);
        const isDeleted = round > 0 && random(6) === 0;
        const made = make(random, id);
        changes[`${rootClass}::${id}`] = isDeleted ? { class: made.class, fields: null } : made;
      }
      await landObjects(database.pool, changes, { observedAt: new Date(Date.UTC(2026, 0, 2 + round)) });
      if (round % 3 === 0) await fetchFile(random);
      await transform();
      for (const { relation } of materialisedRelations) {
        const what = `${relation} in round ${round} after ${Object.keys(changes).join(', ')}`;
        expect(await rowsOf(relation), what).toEqual(await rowsOf(`${relation}_definition`));
      }
    }
  },
  120_000,
);
