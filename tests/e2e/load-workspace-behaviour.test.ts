import { afterEach, describe, expect, it } from 'vitest';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';

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
