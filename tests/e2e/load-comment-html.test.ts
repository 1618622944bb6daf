import { afterEach, describe, expect, it } from 'vitest';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';
import { readBack, redChecks } from '../support/read-back-workspace.ts';

let workspace: TestWorkspace;
afterEach(() => workspace.close());

/** Loads into a workspace that renders comments; gives the comment by a teammate as the workspace stored it. */
async function loadedComment(answer: 'yes' | 'no' | undefined): Promise<string | undefined> {
  workspace = await openTestWorkspace(everyOperation(), { switches: { commentHtml: 'render' } });
  const { pool } = workspace.database;
  await pool.query(
    `insert into intercom.comment_html values
     ('Ticket::83#public_log/2', 'Ticket::83', '<p>Somebody is <b>on the way</b>.</p>', '<p><b>Ada Agent</b> wrote in iTop:</p><p>Somebody is <b>on the way</b>.</p>')`,
  );
  if (answer !== undefined) {
    await pool.query(
      `insert into load.workspace (workspace_id_code, name, region, base_url, token_admin_id) values ($1, 'w', 'us', 'u', '1')`,
      [workspace.idCode],
    );
    await pool.query(
      `insert into load.probe (workspace_id_code, probe, answer, detail) values ($1, 'comment_html', $2, 'seen')`,
      [workspace.idCode, answer],
    );
  }
  await workspace.load();
  const conversation = (await workspace.dump()).find((one) => one.title === '[R-000083] Printer') as unknown as {
    conversation_parts: { conversation_parts: { body: string | null }[] };
  };
  return conversation.conversation_parts.conversation_parts
    .map((part) => part.body ?? '')
    .find((body) => body.includes('on the way'));
}

describe('a comment of a teammate (rule T8)', () => {
  it('is HTML where the canary saw that comments keep it, and no later look repeats it', async () => {
    expect(await loadedComment('yes')).toContain('Somebody is <b>on the way</b>.');
    const verdicts = await workspace.database.pool.query(
      `select verdict from reconcile.verdict where target_key = 'Ticket::83#public_log/2' and verdict not in ('passed', 'fallback_author')`,
    );
    expect(verdicts.rows).toEqual([]);
    await readBack(workspace, 'full');
    expect(await redChecks(workspace)).toEqual([]);
    // The answer of the probe is no change of the comment.
    await workspace.database.pool.query(`update load.probe set answer = 'no'`);
    const before = await workspace.mutations();
    await workspace.load({ withChanges: true });
    expect(await workspace.mutations()).toBe(before);
  });

  it.each([undefined, 'no'] as const)('is plain text where the answer is %s', async (answer) => {
    expect(await loadedComment(answer)).toContain('Somebody is on the way.');
  });
});
