import { afterEach, expect, it } from 'vitest';
import { editOverApi, openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';
import { archivedNames, execute, liveObjects, plan } from '../support/rollback-workspace.ts';

const opened: TestWorkspace[] = [];
afterEach(async () => {
  for (const workspace of opened.splice(0)) await workspace.close();
});

/** A workspace that was in use before: its own contact, which the load will meet, its own company and conversation attributes. */
async function usedWorkspace(): Promise<TestWorkspace> {
  const workspace = await openTestWorkspace(everyOperation());
  opened.push(workspace);
  await workspace.control('/actions', [
    { do: 'plant-contact', fields: { role: 'user', email: 'claude.monet@example.com', name: 'Monsieur Monet' } },
    { do: 'plant-contact', fields: { role: 'user', email: 'own@customer.example', name: 'Own Customer' } },
    { do: 'plant-company', fields: { company_id: 'OWN', name: 'Own company' } },
  ]);
  return workspace;
}

async function items(workspace: TestWorkspace, planId: string) {
  const { rows } = await workspace.database.pool.query<{ line: string }>(
    `select concat_ws(' ', target_type, target_key, action) as line from reconcile.rollback_item
     where plan_id = $1 order by position`,
    [planId],
  );
  return rows.map((row) => row.line);
}

/**
 * Puts an hour between what was loaded and what comes next. A time by Intercom's clock is known to the second only, and a test is quicker than that.
 */
async function ageJournal(workspace: TestWorkspace): Promise<void> {
  await workspace.database.pool.query(
    `update load.journal set intent_at = intent_at - interval '1 hour', intercom_at = intercom_at - interval '1 hour'`,
  );
}

async function conversationOf(workspace: TestWorkspace, targetKey: string): Promise<string> {
  const { rows } = await workspace.database.pool.query<{ target_id: string }>(
    `select target_id from load.identity where target_type = 'conversation' and target_key = $1`,
    [targetKey],
  );
  return rows[0]?.target_id ?? '';
}

it('after load and rollback the live objects are the former ones, and the tombstones those that were announced', async () => {
  const workspace = await usedWorkspace();
  const before = await workspace.dump();
  await workspace.load();
  const planned = await plan(workspace);
  expect(await items(workspace, planned.planId)).toEqual([
    'conversation Ticket::84 delete',
    'conversation Ticket::83 delete',
    'contact_company Contact::5/Organization::3 detach',
    'custom_object_instance FunctionalCI::12 delete',
    'article FAQ::1 delete',
    'collection FAQCategory::2 delete',
    'collection FAQCategory::1 delete',
    'tag tag:Network delete',
    'contact Contact::6 delete',
    'contact Contact::5 restore',
    'company Organization::3 delete',
    'attribute conversation_attribute:itop_ref archive',
    'attribute conversation_attribute:itop_cis archive',
    'attribute contact_attribute:itop_source_key archive',
    'attribute company_attribute:itop_organization_key archive',
  ]);
  expect(liveObjects(await workspace.dump())).not.toEqual(liveObjects(before));

  const result = await execute(workspace, planned.hash);
  expect(result.failures).toEqual([]);
  expect(result.unverified).toEqual([]);
  await workspace.settled();
  const after = await workspace.dump();
  expect(liveObjects(after)).toEqual(liveObjects(before));
  expect(archivedNames(after).sort()).toEqual(['itop_cis', 'itop_organization_key', 'itop_ref', 'itop_source_key']);
  expect(planned.tombstones).toEqual([
    { leaves: 'an archived attribute of its name', count: 4 },
    { leaves: 'an archived company of its company_id', count: 1 },
    { leaves: 'its id in the list of deleted conversations', count: 2 },
  ]);
  const { pool } = workspace.database;
  expect((await pool.query(`select * from load.identity where target_type <> 'admin'`)).rows).toEqual([]);
  expect((await pool.query(`select * from reconcile.verdict where phase <> 'rollback'`)).rows).toEqual([]);
  expect((await pool.query(`select verdict from reconcile.verdict`)).rows.map((row) => row.verdict)).toEqual(
    // Conversations, the instance, the article, collections, the tag, the contact and the company.
    Array(9).fill('passed'),
  );
  expect(await workspace.customerNotifications()).toEqual([]);
});

it('what our own deltas changed is taken back whole; what a person changed since stays', async () => {
  const workspace = await usedWorkspace();
  await workspace.load();
  const { pool } = workspace.database;
  // A new entry wakes the closed conversation, the source reopened it and gave it to somebody else, or to nobody.
  await pool.query(
    `insert into intercom.conversation_part select (jsonb_populate_record(p, jsonb_build_object(
       'target_key', p.conversation_key || '#public_log/9', 'position', 9, 'part_type', 'comment', 'body', 'Again.', 'created_at', now() - interval '1 day'))).*
     from intercom.conversation_part p where conversation_key = 'Ticket::83' and part_type = 'comment' and author_kind = 'contact' limit 1`,
  );
  const changed = await pool.query(
    `update intercom.conversation set state = case state when 'open' then 'closed' else 'open' end, snoozed_until = null,
       assignee_key = null, payload_hash = sha256(payload_hash)`,
  );
  expect(changed.rowCount).toBe(2);
  await workspace.load({ withChanges: true });
  const planned = await plan(workspace);
  expect((await items(workspace, planned.planId)).filter((line) => line.endsWith('keep'))).toEqual([]);

  // Somebody closes it, as it was before the delta: that is a person's doing.
  const id = await conversationOf(workspace, 'Ticket::83');
  const { rows } = await pool.query<{ target_id: string }>(
    `select target_id from load.identity where target_type = 'admin' limit 1`,
  );
  const closed = await fetch(`${workspace.url}/conversations/${id}/parts`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${workspace.token}`,
      'content-type': 'application/json',
      'intercom-version': '2.16',
    },
    body: JSON.stringify({ message_type: 'close', type: 'admin', admin_id: rows[0]?.target_id }),
  });
  expect(closed.status).toBe(200);
  const again = await plan(workspace);
  expect((await items(workspace, again.planId)).filter((line) => line.startsWith('conversation Ticket'))).toEqual([
    'conversation Ticket::84 delete',
    'conversation Ticket::83 keep',
  ]);
});

it('what was rolled back can be loaded again, and rolled back again', async () => {
  const workspace = await usedWorkspace();
  const { pool } = workspace.database;
  const before = liveObjects(await workspace.dump());
  const made: Date[] = [];
  for (let round = 1; round <= 2; round += 1) {
    await workspace.load();
    if (round === 1) await ageJournal(workspace);
    const written = await pool.query<{ made_at: Date }>(
      'select max(made_at) as made_at from reconcile.written_conversation',
    );
    made.push(...written.rows.map((row) => row.made_at));
    expect((await pool.query('select target_key, reason from load.outcome')).rows).toEqual([]);
    const wrong = `select target_key, field from reconcile.verdict where verdict in ('failed', 'unknown')`;
    expect((await pool.query(wrong)).rows).toEqual([]);
    const shown = (await workspace.dump()).filter((object) => object.type === 'conversation');
    expect(shown.map((object) => (object.custom_attributes as { itop_ref: string }).itop_ref)).toEqual(
      Array(2).fill('R-000083'),
    );
    const result = await execute(workspace, (await plan(workspace)).hash);
    expect(result.failures).toEqual([]);
    await workspace.settled();
    expect(liveObjects(await workspace.dump())).toEqual(before);
  }
  expect(made[1]?.getTime(), 'made by the second load').toBeGreaterThan(made[0]?.getTime() ?? Number.NaN);
  // Intercom has no way to take a conversation attribute out of the archive: its name was freed for another.
  const archived = archivedNames(await workspace.dump()).map((name) => name.replace(/\d+$/, 'ID'));
  expect(archived.sort()).toEqual([
    'itop_cis',
    'itop_cis rolled back ID',
    'itop_organization_key',
    'itop_ref',
    'itop_ref rolled back ID',
    'itop_source_key',
  ]);
});

it('a rollback after an adoption leaves alone what was there under the name of something planned', async () => {
  const workspace = await openTestWorkspace(everyOperation());
  opened.push(workspace);
  await workspace.control('/actions', [
    { do: 'plant-tag', name: 'network' },
    { do: 'plant-collection', fields: { name: 'Networks' } },
  ]);
  const before = liveObjects(await workspace.dump());
  const { pool } = workspace.database;
  await workspace.load();
  await pool.query(
    `truncate load.identity, load.representation, load.outcome, load.kept_edit, load.journal, reconcile.verdict restart identity cascade`,
  );
  await workspace.adopt();
  await workspace.load();
  const planned = await plan(workspace);
  const linked = (await items(workspace, planned.planId)).filter((line) => /^(tag|collection|article) /.test(line));
  expect(linked.sort()).toEqual([
    'article FAQ::1 forget',
    'collection FAQCategory::1 forget',
    'collection FAQCategory::2 forget',
    'tag tag:Network forget',
  ]);
  await execute(workspace, planned.hash);
  const after = liveObjects(await workspace.dump()) as { type: string; id: string }[];
  const ids = (objects: readonly unknown[]) => (objects as { type: string; id: string }[]).map((one) => one.id);
  expect(ids(after)).toEqual(expect.arrayContaining(ids(before)));
});

it('a finished plan that is executed again calls nothing', async () => {
  const workspace = await usedWorkspace();
  await workspace.load();
  const planned = await plan(workspace);
  await execute(workspace, planned.hash);
  const requests = await workspace.requests();
  const again = await execute(workspace, planned.hash);
  expect(again.wasDone).toBe(true);
  expect(await workspace.requests()).toEqual(requests);
});

it('of two executions at once only one calls anything', async () => {
  const workspace = await usedWorkspace();
  await workspace.load();
  const planned = await plan(workspace);
  const ended = await Promise.allSettled([execute(workspace, planned.hash), execute(workspace, planned.hash)]);
  // The second waits a little for the lock: it finds the plan done, or is refused.
  const idle = ended.filter((end) =>
    end.status === 'rejected' ? /Another process is rolling/.test(String(end.reason)) : end.value.wasDone,
  );
  expect(idle).toHaveLength(1);
  const { deleteConversation } = await workspace.requests();
  expect(deleteConversation).toBe(2);
  const live = (await workspace.dump()).filter((object) => object.type === 'conversation');
  expect(live).toEqual([]);
});

it('a plan is refused when something was loaded after it, and when its hash is not known', async () => {
  const workspace = await usedWorkspace();
  await workspace.load({ stopAfter: 3 });
  const planned = await plan(workspace);
  await workspace.load();
  const mutations = await workspace.mutations();
  await expect(execute(workspace, planned.hash)).rejects.toThrow(/out of date: something was loaded/);
  await expect(execute(workspace, 'beef')).rejects.toThrow(/no rollback plan beef/);
  expect(await workspace.mutations()).toBe(mutations);
});

it('a conversation that a customer answered is kept, with its contact and its company, whether before the plan or after it', async () => {
  const workspace = await usedWorkspace();
  await workspace.load();
  const first = await conversationOf(workspace, 'Ticket::83');
  await workspace.control('/actions', [{ do: 'customer-replies', conversation_id: first, body: 'Still burning!' }]);
  const planned = await plan(workspace);
  expect(await items(workspace, planned.planId)).toEqual([
    'conversation Ticket::84 delete',
    'conversation Ticket::83 keep',
    'contact_company Contact::5/Organization::3 detach',
    'custom_object_instance FunctionalCI::12 keep',
    'article FAQ::1 delete',
    'collection FAQCategory::2 delete',
    'collection FAQCategory::1 delete',
    'tag tag:Network keep',
    // It wrote in the conversation that stays.
    'contact Contact::6 keep',
    'contact Contact::5 restore',
    'company Organization::3 keep',
    'attribute conversation_attribute:itop_ref keep',
    'attribute conversation_attribute:itop_cis keep',
    'attribute contact_attribute:itop_source_key keep',
    'attribute company_attribute:itop_organization_key keep',
  ]);
  const second = await conversationOf(workspace, 'Ticket::84');
  await workspace.control('/actions', [
    { do: 'teammate-writes', conversation_id: second, admin_id: '9000002', kind: 'note', body: 'I take this one.' },
  ]);
  await execute(workspace, planned.hash);
  const { rows } = await workspace.database.pool.query<{ target_key: string; outcome: string }>(
    `select target_key, outcome from reconcile.rollback_item where plan_id = $1 and target_type = 'conversation' and state = 'kept' order by 1`,
    [planned.planId],
  );
  expect(rows).toEqual([
    { target_key: 'Ticket::83', outcome: null },
    { target_key: 'Ticket::84', outcome: expect.stringMatching(/^a teammate wrote in it since/) },
  ]);
  const conversations = (await workspace.dump()).filter((object) => object.type === 'conversation');
  expect(conversations.map((object) => object.id).sort()).toEqual([first, second].sort());
});

it('what somebody deleted meanwhile is gone and not a failure; a changed contact stays; others are limited by the scope', async () => {
  const workspace = await usedWorkspace();
  await workspace.load();
  const first = await conversationOf(workspace, 'Ticket::83');
  const madeAt = async () => {
    const { rows } = await workspace.database.pool.query<{ made_at: Date }>(
      `select made_at from reconcile.written_conversation where target_key = 'Ticket::83'`,
    );
    return rows[0]?.made_at.getTime() ?? Number.NaN;
  };
  await ageJournal(workspace);
  const before = await madeAt();
  await workspace.control('/actions', [{ do: 'delete-conversation', conversation_id: first }]);
  const planned = await plan(workspace, { sourceKey: 'Ticket::83' });
  expect(await items(workspace, planned.planId)).toEqual(['conversation Ticket::83 gone']);
  const result = await execute(workspace, planned.hash);
  expect(result.counts).toEqual([{ target_type: 'conversation', state: 'gone', count: 1 }]);
  const all = await plan(workspace, { phase: 'contacts' });
  expect(await items(workspace, all.planId)).toEqual(['contact Contact::6 keep', 'contact Contact::5 restore']);
  await workspace.load();
  expect(await madeAt(), 'made by the second load').toBeGreaterThan(before);
});

it('a change after a rollback and another load compares the description with the one that was sent last', async () => {
  const workspace = await usedWorkspace();
  const { pool } = workspace.database;
  await workspace.load();
  await workspace.control('/actions', [
    { do: 'delete-conversation', conversation_id: await conversationOf(workspace, 'Ticket::83') },
  ]);
  await execute(workspace, (await plan(workspace, { sourceKey: 'Ticket::83' })).hash);
  await pool.query(`update intercom.conversation set body = 'As iTop has it now.' where target_key = 'Ticket::83'`);
  await workspace.load();
  // As where the load was killed behind the creation: what was sent is told by the journal alone.
  await pool.query(`delete from load.representation where target_type = 'conversation' and target_key = 'Ticket::83'`);
  await pool.query(`update intercom.conversation set payload_hash = sha256('changed') where target_key = 'Ticket::83'`);
  const sent = `select count(*)::integer as notes from load.journal where payload ->> 'body' like '%description was changed%'`;
  await workspace.load({ withChanges: true });
  expect((await pool.query(sent)).rows).toEqual([{ notes: 0 }]);
  await pool.query(`delete from load.representation where target_type = 'conversation' and target_key = 'Ticket::83'`);
  await pool.query(
    `update intercom.conversation set body = 'Other words.', payload_hash = sha256('again') where target_key = 'Ticket::83'`,
  );
  await workspace.load({ withChanges: true });
  expect((await pool.query(sent)).rows).toEqual([{ notes: 1 }]);
});

it('an article that somebody edited is kept, with the collections it lies in', async () => {
  const workspace = await usedWorkspace();
  await workspace.load();
  const { rows } = await workspace.database.pool.query<{ target_id: string }>(
    `select target_id from load.identity where target_type = 'article'`,
  );
  await editOverApi(workspace, `articles/${rows[0]?.target_id}`, { title: 'How to plug in, and out' });
  const planned = await plan(workspace);
  const kept = (await items(workspace, planned.planId)).filter((line) => line.endsWith(' keep'));
  expect(kept).toEqual(['article FAQ::1 keep', 'collection FAQCategory::2 keep', 'collection FAQCategory::1 keep']);
  const result = await execute(workspace, planned.hash);
  expect([result.failures, result.unverified]).toEqual([[], []]);
  const left = (await workspace.dump()).filter((object) => ['article', 'collection'].includes(object.type));
  expect(left).toHaveLength(3);
});

it('ends as soon as another workspace answers, with nothing more taken back', async () => {
  const workspace = await usedWorkspace();
  await workspace.load();
  const planned = await plan(workspace);
  await workspace.control('/faults', { match: { operation: 'ShowContact' }, kind: 'other-workspace', times: 100 });
  await expect(execute(workspace, planned.hash)).rejects.toThrow(
    'Workspace elsewhere answers, but only workspace1 was confirmed',
  );
  expect((await workspace.requests()).DeleteContact ?? 0).toBe(0);
  await workspace.control('/faults/clear', {});
  const result = await execute(workspace, planned.hash);
  expect([result.failures, result.unverified]).toEqual([[], []]);
});
