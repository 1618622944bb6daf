import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { judgeDump } from '../support/judge-dump.ts';
import { everyOperation } from '../support/load-workload.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await openTestWorkspace(everyOperation());
  await workspace.load();
});
afterAll(() => workspace.close());

/** Which checks a damage must turn red; each is done to what the one before left. */
const damages: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['the order', { do: 'swap-parts', nth: 3, other: 4 }, 'order of parts'],
  ['a time', { do: 'change-time', nth: 2 }, 'one part an entry'],
  ['a kind', { do: 'change-kind', nth: 1 }, 'a note on a file too big'],
  ['an author', { do: 'change-author', nth: 3, admin_id: '9000001' }, 'one part an entry'],
  ['a part less', { do: 'drop-part', nth: 5 }, 'one part an entry'],
  ['a part twice', { do: 'double-part', nth: 4 }, 'one part an entry'],
  ['a file', { do: 'drop-file', nth: 0 }, 'one file an attachment'],
  ['a conversation twice', { do: 'double-conversation' }, 'one conversation a ticket'],
];

it('an undamaged load has no faults', async () => {
  expect(await judgeDump(workspace)).toEqual([]);
});

it('every damage is a fault', async () => {
  const { rows } = await workspace.database.pool.query<{ target_id: string }>(
    `select target_id from load.identity where target_type = 'conversation' and target_key = 'Ticket::83'`,
  );
  for (const [words, damage, check] of damages) {
    const before = await judgeDump(workspace);
    await workspace.control('/corrupt', { ...damage, conversation_id: rows[0]?.target_id });
    const after = await judgeDump(workspace);
    const isNew = after.filter((fault) => !before.some((known) => JSON.stringify(known) === JSON.stringify(fault)));
    expect(
      isNew.map((fault) => fault.check_name),
      words,
    ).toContain(check);
  }
});
