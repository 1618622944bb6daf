import type pg from 'pg';
import { retrieveConversation } from '../../intercom/conversations.ts';
import { NotFound } from '../../intercom/errors.ts';
import { notifiedAtTells, seenBehaviour } from '../../intercom/probes.ts';
import { sendCall } from '../../intercom/send-call.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import type { Progress } from '../../platform/progress.ts';
import { type Verdict, writeVerdicts } from '../../platform/verdict-writer.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { foreignObjects } from '../foreign-objects.ts';
import { lookAgain } from '../look-again.ts';
import { type ObserveRequest, observeWorkspace } from '../observe-workspace.ts';
import { type Comparison, compareThread } from './compare-thread.ts';
import { listVerdicts } from './list-verdicts.ts';
import { readSentThreads } from './sent-threads.ts';

export type ReadBackLevel = 'counts' | 'facts' | 'full';

export interface ReadBackRequest extends ObserveRequest {
  readonly level: ReadBackLevel;
  readonly runId: string;
  readonly progress: Progress;
  /** Most calls that fresh reads may cost; the lists come on top. */
  readonly maxCalls: number;
}

export interface ReadBackResult {
  readonly level: ReadBackLevel;
  /** Conversations that were read afresh, and those that the call budget left out. */
  readonly read: number;
  readonly unread: number;
  /** Objects of the workspace that the tool did not write, by kind. */
  readonly foreign: readonly { readonly object_type: string; readonly count: number }[];
}

const pageSize = 100;

/**
 * Reads back what is in the workspace and writes verdicts with the check names `read back: ...`.
 *
 * `counts`: everything the lists show is ours or not, and everything of ours is in them. `facts`: also the fields of contacts, companies,
 * links. `full`: also a fresh read of every conversation with all its parts, oldest read first, as far as the budget goes: a second
 * call goes on with those that the first left out.
 */
export async function runReadBack(request: ReadBackRequest): Promise<ReadBackResult> {
  const { pool, workspaceIdCode, level, runId } = request;
  await observeWorkspace(request);
  await lookAgain(request);
  await writeAll(pool, await listVerdicts(pool, { workspaceIdCode, runId, withFields: level !== 'counts' }));
  const outcome = level === 'full' ? await readConversations(request) : { read: 0, unread: 0 };
  const foreign = await foreignObjects(pool, workspaceIdCode).execute();
  return { level, ...outcome, foreign };
}

async function readConversations(request: ReadBackRequest): Promise<{ read: number; unread: number }> {
  const { pool, workspaceIdCode, maxCalls } = request;
  const pending = await warehouse(pool)
    .selectFrom('load.identity as i')
    .leftJoin('reconcile.verdict as v', (join) =>
      join
        .on('v.workspace_id_code', '=', workspaceIdCode)
        .on('v.phase', '=', 'conversations')
        .onRef('v.target_key', '=', 'i.target_key')
        .on('v.check_name', '=', 'read back: conversation is there')
        .on('v.field', '=', '')
        .on('v.evidence', '=', 'fresh_read'),
    )
    .select(['i.target_key', 'v.decided_at as read_at'])
    .where('i.workspace_id_code', '=', workspaceIdCode)
    .where('i.target_type', '=', 'conversation_state')
    .orderBy('v.decided_at', (by) => by.nullsFirst())
    .orderBy('i.target_key')
    .execute();
  const keys = pending.slice(0, maxCalls).map((row) => row.target_key);
  const seen = {
    ...(await seenBehaviour(pool, workspaceIdCode)),
    notifiedAtTells: await notifiedAtTells(pool, workspaceIdCode),
  };
  const progress = request.progress.step('read back', keys.length);
  for (let from = 0; from < keys.length; from += pageSize) {
    request.signal?.throwIfAborted();
    const threads = await readSentThreads(pool, workspaceIdCode, keys.slice(from, from + pageSize));
    const verdicts: Verdict[] = [];
    await inParallel(threads, request.inFlight, async (sent) => {
      try {
        const { value: held } = await sendCall(request, retrieveConversation(sent.conversationId));
        const isThere = thereVerdict(request, sent.targetKey, sent.conversationId, held.id);
        verdicts.push(isThere, ...verdictsOf(request, compareThread(sent, held, seen)));
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
        const how = error.failure.status === 410 ? `merged away: ${error.failure.detail}` : 'missing';
        verdicts.push(thereVerdict(request, sent.targetKey, sent.conversationId, how));
      }
      progress.advance(1);
    });
    await writeAll(pool, verdicts);
  }
  progress.done();
  return { read: keys.length, unread: pending.length - keys.length };
}

function thereVerdict(request: ReadBackRequest, targetKey: string, expected: string, actual: string): Verdict {
  const isThere = expected === actual;
  return {
    workspaceIdCode: request.workspaceIdCode,
    runId: request.runId,
    phase: 'conversations',
    objectType: 'conversation',
    targetKey,
    check: 'read back: conversation is there',
    evidence: 'fresh_read',
    ...(isThere ? {} : { expected, actual, reasonCode: 'missing' }),
    verdict: isThere ? 'passed' : 'failed',
  };
}

/** One verdict an object and check, and a row a field that differs. What somebody changed later passes and is listed by its reason. */
function verdictsOf(request: ReadBackRequest, comparisons: readonly Comparison[]): Verdict[] {
  const groups = Map.groupBy(comparisons, (c) => JSON.stringify([c.targetKey, c.check]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const base = {
      workspaceIdCode: request.workspaceIdCode,
      runId: request.runId,
      phase: 'conversations',
      objectType: first.objectType,
      targetKey: first.targetKey,
      check: first.check,
      evidence: 'fresh_read',
    } as const;
    const worst = ['different', 'unknown', 'changed later', 'equal'].find((is) => group.some((c) => c.is === is));
    const differing = group.filter((c) => c.is !== 'equal');
    const named = differing.find((c) => c.is === worst) ?? group.find((c) => c.reasonCode !== undefined);
    return [
      {
        ...base,
        verdict: verdictNames[worst ?? 'equal'] ?? 'passed',
        fieldsChecked: group.length,
        ...(named?.reasonCode === undefined ? {} : { reasonCode: named.reasonCode }),
      },
      ...differing
        .filter((c) => c.field !== '')
        .map((c) => ({
          ...base,
          field: c.field,
          expected: c.expected,
          actual: c.actual,
          verdict: verdictNames[c.is] ?? 'failed',
          ...(c.reasonCode === undefined ? {} : { reasonCode: c.reasonCode }),
        })),
    ];
  });
}

const verdictNames: Readonly<Record<string, Verdict['verdict']>> = {
  different: 'failed',
  unknown: 'unknown',
  'changed later': 'passed',
  equal: 'passed',
};

async function writeAll(pool: pg.Pool, verdicts: readonly Verdict[]): Promise<void> {
  for (let from = 0; from < verdicts.length; from += 2_000)
    await writeVerdicts(pool, verdicts.slice(from, from + 2_000));
}
