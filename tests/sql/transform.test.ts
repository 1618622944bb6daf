import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { refreshMaterialised } from '../../transform/refresh-materialised.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { readViewFiles } from '../../transform/view-files.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

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

/** The materialised messages must be what their definition says now. */
async function expectFresh(): Promise<void> {
  expect(await rowsOf('intermediate.ticket_message')).toEqual(await rowsOf('intermediate.ticket_message_definition'));
}

describe('transform', () => {
  it('builds in full once, then refreshes only what changed, and says so', async () => {
    await landObjects(database.pool, { ...ticket(1, ['a']), ...ticket(2, ['b']) });
    expect((await transform()).refreshes).toMatchObject([{ kind: 'full', reason: 'first build', owners: 2 }]);
    expect((await transform()).refreshes).toMatchObject([{ kind: 'unchanged' }]);
    await landObjects(database.pool, ticket(2, ['b', 'c']), { observedAt: new Date('2026-01-02T00:00:00Z') });
    expect(await transform()).toMatchObject({ refreshes: [{ kind: 'incremental', owners: 1 }], renderedBodies: 1 });
    await expectFresh();
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

  it('leaves what lands during a transform to the next one', async () => {
    await landObjects(database.pool, ticket(1, ['a']));
    await transform();
    await landObjects(database.pool, ticket(1, ['a', 'b']), { observedAt: new Date('2026-01-02T00:00:00Z') });
    const files = await readViewFiles();
    // The refresh waits at the definition while another version of the ticket lands.
    const gate = await database.pool.connect();
    await gate.query('begin');
    await gate.query('lock table intermediate.ticket_message in share mode');
    const refreshing = refreshMaterialised(database.pool, files);
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

  it('rebuilds in full when the time zone changes', async () => {
    await landObjects(database.pool, ticket(1, ['a']));
    await transform('Europe/Paris');
    expect((await transform('America/New_York')).refreshes).toMatchObject([
      { kind: 'full', reason: 'its SQL or a setting it reads changed' },
    ]);
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

async function waitForLock(): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const { rows } = await database.pool.query<{ waiting: number }>(
      `select count(*)::integer as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if ((rows[0]?.waiting ?? 0) > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the refresh did not reach the lock');
}

/** A small generator of repeatable random numbers between 0 and 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
