import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { transformLock } from '../../transform/apply-views.ts';
import { createIndexes, dropIndexes } from '../../transform/materialised/materialised-indexes.ts';
import { materialisedRelations } from '../../transform/materialised/materialised-relations.ts';
import { refreshSources } from '../../transform/materialised/refresh-materialised.ts';
import { runTransform, type TransformOutcome } from '../../transform/run-transform.ts';
import { readViewFiles } from '../../transform/view-files.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const settingsIn = (timezone: string) =>
  loadSettings({
    environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: timezone },
  });
const transform = (timezone = 'Europe/Paris') =>
  runTransform(database.pool, settingsIn(timezone), openProgress('silent'));

function ticket(id: number, texts: readonly string[]): Record<string, GivenObject> {
  const entries = texts.map((text, index) => ({
    date: `2024-01-10 1${index}:00:00`,
    user_id: '0',
    user_login: 'Somebody',
    message: text,
    message_html: `<p>${text}</p>`,
  }));
  const fields = {
    ref: `R-${id}`,
    status: 'new',
    start_date: '2024-01-10 09:00:00',
    description: '<p>x</p>',
    public_log: { entries },
  };
  return { [`Ticket::${id}`]: { class: 'UserRequest', fields } };
}

const rowsOf = async (relation: string): Promise<string[]> =>
  (await database.pool.query<{ row: string }>(`select r::text as row from ${relation} r order by 1`)).rows.map(
    (r) => r.row,
  );

const kindsOf = (outcome: TransformOutcome): Set<string> =>
  new Set(outcome.refreshes.map((refresh) => `${refresh.kind}: ${refresh.reason}`));

/** Every materialised relation must be what its definition says now. */
async function expectFresh(): Promise<void> {
  for (const { relation } of materialisedRelations) {
    expect(await rowsOf(relation), relation).toEqual(await rowsOf(`${relation}_definition`));
  }
}

it('refuses a scope of classes of which nothing moves, and names those that do', async () => {
  const scoped = (classes: string[]) =>
    runTransform(database.pool, { ...settingsIn('UTC'), scope: { classes } }, openProgress('silent'));
  await expect(scoped(['UserRequest', 'Change', 'AcmeNothing'])).rejects.toMatchObject({
    message: expect.stringContaining('names Change, AcmeNothing,'),
    nextStep: expect.stringContaining('Incident, UserRequest'),
  });
  // A class above them is all of them.
  await scoped(['Ticket']);
});

it('drops all that is indexed of a table before it is filled, and makes the same of it after', async () => {
  const client = await database.pool.connect();
  try {
    for (const materialised of materialisedRelations) {
      const indexes = async (): Promise<unknown[]> => {
        const question = `select indexdef from pg_indexes where schemaname || '.' || tablename = $1 order by 1`;
        return (await client.query(question, [materialised.relation])).rows;
      };
      const before = await indexes();
      expect(before.length, materialised.relation).toBeGreaterThan(0);
      await dropIndexes(client, materialised);
      expect(await indexes(), materialised.relation).toEqual([]);
      await createIndexes(client, materialised);
      expect(await indexes(), materialised.relation).toEqual(before);
    }
  } finally {
    client.release();
  }
});

describe('transform', () => {
  it('builds in full once, then refreshes only what changed, and says so', async () => {
    await landObjects(database.pool, { ...ticket(1, ['a']), ...ticket(2, ['b']) });
    expect(kindsOf(await transform())).toEqual(new Set(['full: first build']));
    expect(kindsOf(await transform())).toEqual(
      new Set(['unchanged: nothing it reads changed', 'unchanged: no ticket changed']),
    );
    await landObjects(database.pool, ticket(2, ['b', 'c']), { observedAt: new Date('2026-01-02T00:00:00Z') });
    const { rows } = await database.pool.query<{ now: string }>('select clock_timestamp()::text as now');
    const outcome = await transform();
    const older = 'select relation from ops.materialised where refreshed_at < $1::timestamptz';
    expect((await database.pool.query(older, [rows[0]?.now])).rows, 'all are brought up to date').toEqual([]);
    expect(outcome.renderedBodies).toBe(1);
    expect(
      outcome.refreshes.filter((refresh) => refresh.kind === 'incremental').map((r) => [r.relation, r.written]),
    ).toEqual([
      ['intermediate.ticket_scope', 1],
      ['intermediate.ticket', 1],
      ['intermediate.ticket_message', 1],
      ['intermediate.impacted_ci', 1],
      ['intermediate.linked_person', 1],
      ['intermediate.attachment_place', 1],
      ['intermediate.ticket_parent', 1],
      ['intermediate.record_note_fact', 1],
      ['intermediate.thread_part', 1],
      ['intermediate.record_note', 1],
      ['intermediate.conversation_attribute', 1],
      ['intercom.conversation_part', 1],
      ['intercom.conversation_part_file', 1],
      ['intercom.conversation', 1],
      ['reconcile.log_entry_fact', 1],
      ['reconcile.value_finding', 1],
    ]);
    await expectFresh();
  });

  it('refreshes what keeps its rows beside a relation that is built again because its SQL changed', async () => {
    await landObjects(database.pool, { ...ticket(1, ['a']), ...ticket(2, ['b']) });
    await transform();
    await database.pool.query(
      `update ops.materialised set fingerprint = 'an earlier version' where relation in ('intermediate.ticket', 'intercom.conversation_part')`,
    );
    const child = Object.fromEntries(
      Object.entries(ticket(2, ['b', 'c'])).map(([key, object]) => [
        key,
        { ...object, fields: { ...object.fields, parent_request_id: '1' } },
      ]),
    );
    await landObjects(database.pool, child, { observedAt: new Date('2026-01-02T00:00:00Z') });
    await transform();
    await expectFresh();
    expect(await rowsOf('intermediate.ticket_parent')).toHaveLength(1);
  });

  it('compares contacts when tickets change who is needed or who comes first, and only then', async () => {
    const person = (id: number, email: string, status: string): Record<string, GivenObject> => ({
      [`Contact::${id}`]: {
        class: 'Person',
        fields: { name: 'X', friendlyname: `P ${id}`, email, status, org_id: '0' },
      },
    });
    const calledBy = (id: number, caller: string, texts: readonly string[] = []): Record<string, GivenObject> =>
      Object.fromEntries(
        Object.entries(ticket(id, texts)).map(([key, object]) => [
          key,
          { ...object, fields: { ...object.fields, caller_id: caller } },
        ]),
      );
    let day = 1;
    async function comparedAfter(objects: Record<string, GivenObject>): Promise<string[]> {
      day += 1;
      await landObjects(database.pool, objects, { observedAt: new Date(Date.UTC(2026, 0, day)) });
      const { refreshes } = await transform();
      await expectFresh();
      return refreshes
        .filter(({ reason }) => reason.startsWith('compared'))
        .map(({ relation }) => relation)
        .filter((relation) => ['intermediate.contact_decision', 'intercom.contact'].includes(relation));
    }
    const contacts = () => rowsOf('(select target_key from intercom.contact)');
    await comparedAfter({
      ...person(10, 'shared@a.example', 'active'),
      ...person(11, 'shared@a.example', 'active'),
      ...person(12, 'gone@a.example', 'inactive'),
      ...calledBy(1, '11'),
    });
    expect(await contacts()).toEqual(['(Contact::11)']);
    expect(await comparedAfter(calledBy(1, '11', ['a']))).toEqual([]);
    // One call more of who comes first already.
    expect(await comparedAfter(calledBy(2, '11'))).toEqual([]);
    expect(await comparedAfter(calledBy(3, '12'))).toEqual(['intermediate.contact_decision', 'intercom.contact']);
    expect(await contacts()).toEqual(['(Contact::11)', '(Contact::12)']);
    expect(await comparedAfter({ ...calledBy(4, '10'), ...calledBy(5, '10'), ...calledBy(6, '10') })).toEqual([
      'intermediate.contact_decision',
      'intercom.contact',
    ]);
    expect(await contacts()).toEqual(['(Contact::10)', '(Contact::12)']);
    expect(await comparedAfter(calledBy(7, '0'))).toEqual(['intercom.contact']);
    expect(await contacts()).toContain('(Organization::0#placeholder)');
  });

  it('ends incrementally where a full build would, after a random list of changes', async () => {
    const random = seeded(20_261_124);
    await transform();
    for (let round = 0; round < 12; round++) {
      const changes: Record<string, GivenObject> = {};
      for (let i = 0; i < 5; i++) {
        const texts = Array.from({ length: Math.floor(random() * 4) }, () => `text ${Math.floor(random() * 6)}`);
        Object.assign(changes, ticket(1 + Math.floor(random() * 8), texts));
      }
      await landObjects(database.pool, changes, { observedAt: new Date(Date.UTC(2026, 0, 2 + round)) });
      if (random() < 0.7) await transform();
    }
    await transform();
    await expectFresh();
    expect((await rowsOf('ops.changed_object')).length).toBe(0);
  });

  it('builds conversations again when people, links, accounts or organizations change', async () => {
    const world: Record<string, GivenObject> = JSON.parse(
      readFileSync(join(projectRoot, 'tests/cases/world.json'), 'utf8'),
    );
    const entries = [
      { date: '2024-01-10 10:00:00', user_id: '7', user_login: 'Ben Colleague', message: 'a', message_html: 'a' },
      { date: '2024-01-10 11:00:00', user_id: '0', user_login: 'Carla Foreign', message: 'b', message_html: 'b' },
    ];
    const fields = {
      ref: 'R-1',
      status: 'new',
      org_id: '1',
      caller_id: '10',
      caller_id_friendlyname: 'Ada Berger',
      start_date: '2024-01-10 09:00:00',
      description: 'x',
      public_log: { entries },
    };
    const link = {
      ticket_id: '1',
      contact_id: '12',
      contact_id_friendlyname: 'Carla Foreign',
      contact_id_finalclass_recall: 'Person',
      role_code: 'manual',
    };
    await landObjects(database.pool, { ...world, 'Ticket::1': { class: 'UserRequest', fields } });
    await transform();
    const changes: Record<string, GivenObject>[] = [
      { 'lnkContactToTicket::5': { class: 'lnkContactToTicket', fields: link } },
      { 'Contact::12': { class: 'Person', fields: { ...world['Contact::12']?.fields, org_id: '1' } } },
      { 'URP_UserProfile::3': { class: 'URP_UserProfile', fields: { userid: '7', profileid: '5' } } },
      { 'User::7': { class: 'UserLocal', fields: { login: 'ben', contactid: '0', status: 'enabled' } } },
      { 'Contact::11': { class: 'Person', fields: { ...world['Contact::11']?.fields, email: 'ada@acme.example' } } },
      { 'Contact::10': { class: 'Person', fields: { ...world['Contact::10']?.fields, status: 'inactive' } } },
      {
        'Organization::1': {
          class: 'Organization',
          fields: { name: 'Renamed', code: '', status: 'active', parent_id: '2' },
        },
      },
    ];
    for (const [index, change] of changes.entries()) {
      await landObjects(database.pool, change, { observedAt: new Date(Date.UTC(2026, 1, 1 + index)) });
      await transform();
      await expectFresh();
    }
  });

  it('leaves what lands during a transform to the next one', async () => {
    await landObjects(database.pool, ticket(1, ['a']));
    await transform();
    await landObjects(database.pool, ticket(1, ['a', 'b']), { observedAt: new Date('2026-01-02T00:00:00Z') });
    const files = await readViewFiles();
    // The refresh waits at the definition while another version of the ticket lands.
    const gate = await database.pool.connect();
    await gate.query('begin');
    await gate.query('lock table intermediate.ticket_message in share mode');
    const step = openProgress('silent').step('render bodies', 0);
    const refreshing = refreshSources(database.pool, files, { step, itopHosts: undefined });
    await waitForLock();
    await landObjects(database.pool, ticket(1, ['a', 'b', 'c']), { observedAt: new Date('2026-01-03T00:00:00Z') });
    await gate.query('commit');
    gate.release();
    await refreshing;
    expect((await rowsOf('intermediate.ticket_message')).length).toBe(3);
    expect((await rowsOf('ops.changed_object')).length).toBe(1);
    await transform();
    await expectFresh();
  });

  it('loses no HTML of a value that lands while it waits for another transform', async () => {
    const ofAttribute = `insert into ops.model_attribute (class, attribute, type, kind, is_custom) values ('UserRequest', 'impact_note', 'AttributeHTML', 'html', true)`;
    const decided = `insert into ops.mapping_attribute (class, attribute, home, label, position, rule) values ('UserRequest', 'impact_note', 'record_note', 'Note', 900, 'T6')`;
    await database.pool.query(`${ofAttribute}; ${decided}`);
    const noted = (note: string): Record<string, GivenObject> => ({
      'Ticket::1': {
        class: 'UserRequest',
        fields: { ...ticket(1, [])['Ticket::1']?.fields, impact_note: `<p>${note}</p>` },
      },
    });
    await landObjects(database.pool, noted('One.'));
    await transform();
    const other = await database.pool.connect();
    await other.query('select pg_advisory_lock($1)', [transformLock]);
    const transforming = transform();
    await waitForLock();
    await landObjects(database.pool, noted('Another.'), { observedAt: new Date('2026-01-02T00:00:00Z') });
    await other.query('select pg_advisory_unlock($1)', [transformLock]);
    other.release();
    await transforming;
    expect((await rowsOf('intermediate.record_note')).join()).toContain('Note: Another.');
  });

  it('rebuilds in full when the time zone changes', async () => {
    await landObjects(database.pool, ticket(1, ['a']));
    await transform('Europe/Paris');
    const reasons = kindsOf(await transform('America/New_York'));
    expect(reasons).toEqual(new Set(['full: its SQL, the mapping or a setting changed']));
    await expectFresh();
    const { rows } = await database.pool.query<{ at: Date }>(
      `select written_at as at from intermediate.ticket_message where kind = 'opening'`,
    );
    expect(rows[0]?.at.toISOString()).toBe('2024-01-10T14:00:00.000Z');
  });

  it('renders each distinct body once', async () => {
    await landObjects(database.pool, { ...ticket(1, ['same', 'same']), ...ticket(2, ['same']) });
    expect((await transform()).renderedBodies).toBe(2);
    expect((await transform()).renderedBodies).toBe(0);
  });
});

function waitForLock(): Promise<void> {
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return until('the refresh waits for the lock', async () => (await database.pool.query(waiting)).rowCount !== 0);
}

/** A small generator of repeatable random numbers between 0 and 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
