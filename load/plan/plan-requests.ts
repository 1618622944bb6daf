import { sql } from 'kysely';
import type pg from 'pg';
import type { Call } from '../../intercom/call.ts';
import type { Intercom } from '../../intercom/client.ts';
import { probeAnswer, seenBehaviour } from '../../intercom/probes.ts';
import { RefusedError } from '../../platform/errors.ts';
import { findIdentities } from '../../platform/identity.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { conversationPhase } from '../conversation/conversation-phase.ts';
import { createConversationStep } from '../conversation/create-step.ts';
import { remainingSteps } from '../conversation/remaining-steps.ts';
import { conversationTarget } from '../conversation/steps.ts';
import { type ConversationRow, fetchThreads, type Thread } from '../conversation/thread.ts';
import type { LoadContext } from '../engine/context.ts';
import { type PhaseSource, placeholder } from '../engine/phase.ts';
import { turns } from '../phases.ts';

/** One call as it will be made. Ids that only the workspace can give stand as the key of what they belong to: {Contact::5}. */
export interface PlannedRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly files: readonly string[];
}

export interface RequestPlan {
  readonly key: string;
  /** `conversation`, or what the object is called by its phase (`PlannedCreation`). */
  readonly kind: string;
  /** It is in Intercom already: only a delta may write to it, after a comparison with what is there. */
  readonly isLoaded: boolean;
  readonly requests: readonly PlannedRequest[];
}

export interface PlanSettings {
  readonly workspaceIdCode: string;
  readonly bodyLimitBytes: number;
  readonly assignsClosedToBoth: boolean;
}

/**
 * The requests that a load would make now for one record, named by its key or a ticket's ref, by the very code that makes them.
 * Nothing is sent. Throws RefusedError for what is not planned.
 */
export async function planRequests(pool: pg.Pool, name: string, settings: PlanSettings): Promise<RequestPlan> {
  const key = await keyOf(pool, name);
  for (const { source, planned } of turns()) {
    if (planned === undefined) continue;
    const row = await rowOf(pool, source, settings, key);
    if (row === undefined) continue;
    const isLoaded = await isComplete(pool, settings.workspaceIdCode, source.doneType, key);
    return { key, kind: planned.kind, isLoaded, requests: isLoaded ? [] : [show(planned.call(row))] };
  }
  const conversation = await rowOf<ConversationRow>(pool, conversationPhase(), settings, key);
  if (conversation !== undefined) {
    const requests = await requestsOf(pool, conversation, settings);
    return { key, kind: 'conversation', isLoaded: requests.length === 0, requests };
  }
  throw new RefusedError(`Nothing is planned for ${name}.`, {
    stage: 'plan',
    nextStep:
      'Name something that was transformed: a ticket (R-000123 or Ticket::83), Contact::5, Organization::3, a membership (Contact::5/Organization::3), FAQ::1, FAQCategory::1, Server::2, a key of intercom.tag or intercom.attribute.',
  });
}

async function isComplete(pool: pg.Pool, workspaceIdCode: string, type: string, key: string): Promise<boolean> {
  return (await findIdentities(pool, workspaceIdCode, type, [key])).has(key);
}

async function requestsOf(pool: pg.Pool, row: ConversationRow, settings: PlanSettings): Promise<PlannedRequest[]> {
  const threads = await fetchThreads(pool, settings.workspaceIdCode, [row], new Date());
  const found = threads.get(row.target_key);
  if (found === undefined) throw new Error(`The thread of ${row.target_key} was not fetched.`);
  const teammate = await warehouse(pool)
    .selectFrom('load.teammate')
    .select('admin_id')
    .where('workspace_id_code', '=', settings.workspaceIdCode)
    .limit(1)
    .executeTakeFirst();
  const thread = withPlaceholders(found, teammate !== undefined);
  const commentsKeepHtml = (await probeAnswer(pool, settings.workspaceIdCode, 'comment_html')) === 'yes';
  const context = { ...(await planContext(pool, settings)), commentsKeepHtml };
  const conversationId = found.conversationId ?? placeholder(row.target_key);
  const creation =
    found.conversationId === undefined
      ? [createConversationStep(context, conversationTarget(row), thread.row, thread.row.contact_id ?? '').call]
      : [];
  return [...creation, ...remainingSteps(context, thread, conversationId).map((step) => step.call)].map(show);
}

/**
 * A thread in which everything that is loaded before it has an id, known or standing for itself. Teammates are never created:
 * once the workspace's are known, who is not among them has no id.
 */
function withPlaceholders(thread: Thread, areTeammatesKnown: boolean): Thread {
  const { row } = thread;
  const teammate = (key: string | null): string | null => (key === null || areTeammatesKnown ? null : placeholder(key));
  const contactId = row.contact_id ?? placeholder(row.contact_key);
  return {
    ...thread,
    row: {
      ...row,
      contact_id: contactId,
      company_id: row.company_id ?? (row.company_key === null ? null : placeholder(row.company_key)),
      assignee_id: row.assignee_id ?? teammate(row.assignee_key),
      team_id: row.team_id ?? teammate(row.team_name),
    },
    parts: thread.parts.map((part) => ({
      ...part,
      author_id:
        part.author_id ??
        (part.author_kind === 'teammate'
          ? teammate(part.author_key)
          : part.author_key === null
            ? null
            : placeholder(part.author_key)),
    })),
    tags: thread.tags.map((tag) => ({ ...tag, tag_id: tag.tag_id ?? placeholder(tag.tag_key) })),
    relations: thread.relations.map((relation) => ({
      ...relation,
      instance_ids: relation.instance_ids.map((id, i) => id ?? placeholder(relation.instance_keys[i] ?? '')),
    })),
    participants: new Set([...thread.participants, contactId]),
  };
}

/** What building a step needs. Steps are never executed here: anything else of a context is missing on purpose. */
async function planContext(pool: pg.Pool, settings: PlanSettings): Promise<LoadContext> {
  const intercom: Partial<Intercom> = { effectWithinMs: 0 };
  const context: Partial<LoadContext> = {
    pool,
    intercom: intercom as Intercom,
    workspaceIdCode: settings.workspaceIdCode,
    fallbackAdminId: placeholder('fallback teammate'),
    searchLagMs: 0,
    bodyLimitBytes: settings.bodyLimitBytes,
    assignsClosedToBoth: settings.assignsClosedToBoth,
    seen: await seenBehaviour(pool, settings.workspaceIdCode),
  };
  return context as LoadContext;
}

async function rowOf<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  source: PhaseSource,
  { workspaceIdCode }: PlanSettings,
  key: string,
): Promise<Row | undefined> {
  // The select of a phase names the workspace only where it joins what is loaded.
  const { rows } = await pool.query<Row>(
    `select * from (${source.select}) as planned where target_key = $2 and $1::text is not null`,
    [workspaceIdCode, key],
  );
  return rows[0];
}

async function keyOf(pool: pg.Pool, name: string): Promise<string> {
  if (name.includes('::')) return name;
  const found = await warehouse(pool)
    .selectFrom('staging.object')
    .select('source_key')
    .where('root_class', '=', 'Ticket')
    .where(sql<boolean>`field ->> 'ref' = ${name}`)
    .execute();
  return found[0]?.source_key ?? name;
}

function show(call: Call<unknown>): PlannedRequest {
  return {
    operation: call.operation,
    method: call.method,
    path: decodeURIComponent(call.path),
    body: call.body ?? null,
    files: (call.files ?? []).map((file) => file.name),
  };
}
