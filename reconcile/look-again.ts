import type pg from 'pg';
import { searchConversations } from '../intercom/conversation-search.ts';
import { isWritten, surplusParts, touchOf } from '../intercom/conversation-touch.ts';
import { retrieveConversation } from '../intercom/conversations.ts';
import { NotFound } from '../intercom/errors.ts';
import { instanceTypeIn, type ListedObject } from '../intercom/object-kind.ts';
import { sendCall } from '../intercom/send-call.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { type Verdict, writeVerdicts } from '../platform/verdict-writer.ts';
import { warehouse } from '../platform/warehouse.ts';
import { markerIn, type ObserveRequest } from './observe-workspace.ts';
import { readWrittenConversations } from './written-conversations.ts';

/** A call whose outcome was unknown once. */
interface LostCall {
  readonly phase: string;
  readonly target_type: string;
  readonly target_key: string;
  readonly operation: string;
  readonly path: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Intercom's id of what it, or its repetition, made; null where it was given up. */
  readonly target_id: string | null;
}

export type LookAgainRequest = ObserveRequest & { readonly runId: string };

/**
 * Looks once more for whatever a call of unknown outcome may have made: a call that took effect later than the bound stands in
 * Intercom beside its repetition, or where the load believes nothing to be. Asks only for what was ever lost: nothing in an
 * undisturbed workspace. Writes one verdict `single` a thing, and for conversations `single parts` and `as written`.
 */
export async function lookAgain(request: LookAgainRequest): Promise<void> {
  const { pool, workspaceIdCode } = request;
  const lost = await warehouse(pool)
    .selectFrom('load.journal as j')
    .leftJoin('load.identity as i', (join) =>
      join
        .onRef('i.workspace_id_code', '=', 'j.workspace_id_code')
        .onRef('i.target_type', '=', 'j.target_type')
        .onRef('i.target_key', '=', 'j.target_key'),
    )
    .distinct()
    .select(['j.phase', 'j.target_type', 'j.target_key', 'j.operation', 'j.path', 'j.payload', 'i.target_id'])
    .$narrowType<{ payload: LostCall['payload'] }>()
    .where('j.workspace_id_code', '=', workspaceIdCode)
    .where('j.sent_at', 'is not', null)
    .where('j.phase', '<>', 'rollback')
    .where('j.payload', 'is not', null)
    .where('j.state', 'in', ['done', 'abandoned', 'failed'])
    .orderBy('j.target_type')
    .orderBy('j.target_key')
    .execute();
  const byOperation = Map.groupBy(lost, (row) => row.operation);
  const of = (...operations: string[]) => operations.flatMap((operation) => byOperation.get(operation) ?? []);
  const verdicts = [
    ...(await lookAmongLists(request, of)),
    ...(await lookForConversations(request, of('createConversation'))),
    ...(await lookIntoConversations(request, lost)),
  ];
  await writeVerdicts(pool, verdicts);
}

/** Objects of kinds that Intercom lists: by the names, keys and parents that were sent. */
async function lookAmongLists(
  request: LookAgainRequest,
  of: (...operations: string[]) => readonly LostCall[],
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { targetType, list } of request.kinds) {
    const lost = list === undefined ? [] : of(...list.creations);
    if (list === undefined || lost.length === 0) continue;
    const instanceTypes = [...new Set(lost.map(({ path }) => instanceTypeIn(path)))];
    const found: ListedObject[] = [];
    for await (const page of list.pages(request, instanceTypes)) found.push(...page);
    const known = await knownIds(request, targetType);
    for (const rows of byTarget(lost)) {
      const fitting = found.filter((one) => rows.some((row) => list.isMadeBy(row, one)));
      verdicts.push(singleVerdict(request, rows, fitting, known));
    }
  }
  return verdicts;
}

/** The lost calls of each thing: iTop may have changed between two, so that they sent it under different names or times. */
function byTarget(lost: readonly LostCall[]): (readonly LostCall[])[] {
  return [...Map.groupBy(lost, (row) => row.target_key).values()];
}

async function lookForConversations(request: LookAgainRequest, lost: readonly LostCall[]): Promise<Verdict[]> {
  if (lost.length === 0) return [];
  const known = await knownIds(request, 'conversation');
  const verdicts: Verdict[] = [];
  await inParallel(byTarget(lost), request.inFlight, async (rows) => {
    const found: { id: string }[] = [];
    for (const { payload } of rows) found.push(...(await conversationsAsSent(request, payload)));
    verdicts.push(singleVerdict(request, rows, found, known));
  });
  return verdicts;
}

/** The conversations that a creation with this payload can have made. */
async function conversationsAsSent(request: LookAgainRequest, payload: LostCall['payload']): Promise<{ id: string }[]> {
  const createdAt = Number(payload.created_at);
  const marker = markerIn(text(payload.body) ?? '');
  const contactId = text((payload.from as { id?: unknown } | undefined)?.id) ?? '';
  const found: { id: string }[] = [];
  let startingAfter: string | undefined;
  do {
    const { value } = await sendCall(request, searchConversations(contactId, createdAt, startingAfter));
    for (const { id, sourceBody, createdAt: at } of value.conversations) {
      if (at === createdAt && marker !== null && markerIn(sourceBody ?? '') === marker) found.push({ id });
    }
    startingAfter = value.startingAfter;
  } while (startingAfter !== undefined);
  return found;
}

/** Conversations that were written to by a call without an answer: parts too many, or a state that nobody else can have set. */
async function lookIntoConversations(request: LookAgainRequest, lost: readonly LostCall[]): Promise<Verdict[]> {
  const ids = [...new Set(lost.flatMap((row) => /^\/conversations\/(\d+)/.exec(row.path)?.[1] ?? []))];
  const written = await readWrittenConversations(request.pool, request.workspaceIdCode, ids);
  const verdicts: Verdict[] = [];
  await inParallel(ids, request.inFlight, async (id) => {
    const own = written.get(id);
    if (own === undefined) return;
    try {
      const { value: facts } = await sendCall(request, retrieveConversation(id));
      const surplus = surplusParts(facts, own);
      const written = facts.parts.filter((part) => isWritten(part) && !own.partIds.includes(part.id));
      // Where people wrote since, they also changed its state by right.
      const change = written.length > surplus.length ? undefined : touchOf(facts, own, request.intercom.clock.now());
      const of = ['conversations', 'conversation', own.targetKey] as const;
      verdicts.push(
        verdictOf(
          request,
          ...of,
          'single parts',
          '',
          surplus.map((part) => part.id),
        ),
        verdictOf(request, ...of, 'as written', '', change === undefined ? [] : [change]),
      );
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
  });
  return verdicts;
}

/** Of what fits a creation one thing may be there, and that is the one the load knows. */
function singleVerdict(
  request: LookAgainRequest,
  rows: readonly LostCall[],
  fitting: readonly { readonly id: string }[],
  known: ReadonlySet<string>,
): Verdict {
  const { phase, target_type, target_key, target_id } = rows[0] as LostCall;
  const surplus = [...new Set(fitting.filter((one) => !known.has(one.id)).map((one) => one.id))];
  return verdictOf(request, phase, target_type, target_key, 'single', target_id ?? '', surplus);
}

function verdictOf(
  { workspaceIdCode, runId }: LookAgainRequest,
  phase: string,
  objectType: string,
  targetKey: string,
  check: string,
  expected: string,
  surplus: readonly string[],
): Verdict {
  const isSingle = surplus.length === 0;
  return {
    workspaceIdCode,
    runId,
    phase,
    objectType,
    targetKey,
    check,
    evidence: 'fresh_read',
    expected,
    actual: [expected, ...surplus].join(' ').trim(),
    verdict: isSingle ? 'passed' : 'failed',
    ...(isSingle ? {} : { reasonCode: check === 'as written' ? 'late_effect' : 'doubled' }),
  };
}

/** Intercom's ids of the things of a kind that the tool made or linked, those that a rollback kept too. */
async function knownIds(
  { pool, workspaceIdCode }: { readonly pool: pg.Pool; readonly workspaceIdCode: string },
  targetType: string,
): Promise<ReadonlySet<string>> {
  const idsIn = (relation: 'load.identity' | 'load.withdrawn_identity') =>
    warehouse(pool)
      .selectFrom(relation)
      .select('target_id')
      .where('workspace_id_code', '=', workspaceIdCode)
      .where('target_type', '=', targetType);
  const rows = await idsIn('load.identity').unionAll(idsIn('load.withdrawn_identity')).execute();
  return new Set(rows.map((row) => row.target_id));
}

function text(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
