import { sql } from 'kysely';
import type pg from 'pg';
import type { Call } from '../intercom/call.ts';
import { type CompanyFacts, retrieveCompanyById } from '../intercom/companies.ts';
import type { ConversationFacts } from '../intercom/conversation-facts.ts';
import { surplusParts, touchOf } from '../intercom/conversation-touch.ts';
import { retrieveConversation } from '../intercom/conversations.ts';
import { NotFound } from '../intercom/errors.ts';
import { allItems } from '../intercom/numbered-pages.ts';
import type { ListedObject } from '../intercom/object-kind.ts';
import { isSameText, textForm } from '../intercom/same-text.ts';
import { type Sender, sendCall } from '../intercom/send-call.ts';
import { type ListPage, listAttachedContacts, listContacts, listConversations } from '../intercom/workspace-lists.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { visibleText } from '../platform/visible-text.ts';
import { anyOf, clockTimestamp, insertRows, warehouse } from '../platform/warehouse.ts';
import { type KnownKinds, type ListedKinds, listObjects } from './list-objects.ts';
import { readWrittenConversations } from './written-conversations.ts';

export interface Observation {
  readonly objectType: string;
  readonly targetId: string;
  readonly evidence: 'list' | 'fresh_read';
  readonly facts: object;
  readonly updatedAt: Date | null;
  readonly touch?: string | undefined;
}

export interface ObserveRequest extends Sender, KnownKinds {
  readonly pool: pg.Pool;
  readonly workspaceIdCode: string;
  readonly inFlight: number;
}

/**
 * Looks at everything that the workspace holds and puts it in the place of what was seen before (`reconcile.observation`):
 * conversations and contacts by their lists, 150 a call, companies of ours one by one, because lists leave out those without
 * contacts; tags, custom object instances, collections and articles by their lists where some are ours. Each conversation of ours
 * is read, to see what others did to it: lists show no parts, and our own last write moved its `updated_at`, too.
 */
export async function observeWorkspace(request: ObserveRequest): Promise<void> {
  const { pool, workspaceIdCode } = request;
  await warehouse(pool).deleteFrom('reconcile.observation').where('workspace_id_code', '=', workspaceIdCode).execute();
  await observeList(request, listConversations, async (page) =>
    store(request, await conversationObservations(request, page)),
  );
  await observeList(request, listContacts, (page) =>
    store(
      request,
      page.items.map(({ facts, updatedAt }) => ({
        objectType: 'contact',
        targetId: facts.id,
        evidence: 'list',
        facts,
        updatedAt,
      })),
    ),
  );
  const companies = await warehouse(pool)
    .selectFrom('load.identity')
    .select('target_id')
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('target_type', '=', 'company')
    .orderBy('target_id')
    .execute();
  await inParallel(companies, request.inFlight, async ({ target_id: id }) => {
    const found = await observeCompany(request, id);
    if (found === undefined) return;
    const facts = { ...found.company, contactIds: found.contactIds };
    await store(request, [{ objectType: 'company', targetId: id, evidence: 'fresh_read', facts, updatedAt: null }]);
  });
  for await (const objects of listObjects(request, await kindsOfOurs(request))) {
    await store(request, await objectObservations(request, objects));
  }
}

/** Kinds of which the tool wrote or linked something; types of instances stand in the paths of the calls that made them. */
async function kindsOfOurs({ pool, workspaceIdCode, kinds }: ObserveRequest): Promise<ListedKinds> {
  const listed = kinds.filter(({ list }) => list !== undefined).map(({ targetType }) => targetType);
  const { rows } = await pool.query<{ target_type: string; instance_types: string[] | null }>(
    `select i.target_type, array_agg(distinct split_part(i.path, '/', 3)) filter (where i.target_type = 'custom_object_instance') as instance_types
     from (
       select i.target_type, j.path from load.identity i left join load.journal j on j.journal_id = i.journal_id
       where i.workspace_id_code = $1
       union all
       -- A call of unknown outcome may have made something that the load does not know.
       select target_type, path from load.journal where workspace_id_code = $1 and sent_at is not null and method = 'POST'
     ) i
     where i.target_type = any ($2)
     group by i.target_type`,
    [workspaceIdCode, listed],
  );
  return {
    types: new Set(rows.map((row) => row.target_type)),
    instanceTypes: rows
      .flatMap((row) => row.instance_types ?? [])
      .filter((type) => type !== null && type !== '')
      .map(decodeURIComponent),
  };
}

/** Bodies are not kept: of ours it is kept whether a reader sees the words that were written. */
async function objectObservations(request: ObserveRequest, objects: readonly ListedObject[]): Promise<Observation[]> {
  const ids = objects.filter((object) => object.body !== undefined).map((object) => object.id);
  const rows = await warehouse(request.pool)
    .selectFrom('load.identity as i')
    .innerJoin('reconcile.written_field as w', (join) =>
      join
        .onRef('w.workspace_id_code', '=', 'i.workspace_id_code')
        .onRef('w.target_type', '=', 'i.target_type')
        .onRef('w.target_key', '=', 'i.target_key')
        .on('w.field', '=', 'body'),
    )
    .select(['i.target_id', sql<string>`w.written #>> '{}'`.as('body')])
    .where('i.workspace_id_code', '=', request.workspaceIdCode)
    .where('i.target_type', '=', 'article')
    .where('i.target_id', '=', anyOf(ids))
    .execute();
  const written = new Map(rows.map((row) => [row.target_id, visibleText(row.body)]));
  return objects.map(({ objectType, id, facts, body }) => {
    const ours = written.get(id);
    const held = visibleText(body ?? '');
    const isBodyAsWritten = ours !== undefined && isSameText(ours, held);
    return {
      objectType,
      targetId: id,
      evidence: 'list',
      facts:
        ours === undefined ? facts : { ...facts, isBodyAsWritten, ...(isBodyAsWritten ? {} : { body: excerpt(held) }) },
      updatedAt: null,
    };
  });
}

/** The words of a body that a person changed, as far as a list of differences shows them. */
function excerpt(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)} …` : text;
}

async function observeList<T>(
  request: ObserveRequest,
  list: (startingAfter?: string) => Call<ListPage<T>>,
  keep: (page: ListPage<T>) => Promise<void>,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const { value: page } = await sendCall(request, list(cursor));
    await keep(page);
    cursor = page.startingAfter;
  } while (cursor !== undefined);
}

async function conversationObservations(
  request: ObserveRequest,
  page: ListPage<ConversationFacts>,
): Promise<Observation[]> {
  const { pool, workspaceIdCode, inFlight } = request;
  const ours = await readWrittenConversations(
    pool,
    workspaceIdCode,
    page.items.map(({ facts }) => facts.id),
  );
  const observations: Observation[] = [];
  await inParallel(page.items, inFlight, async ({ facts: shown, updatedAt }) => {
    const left = ours.get(shown.id);
    const base = { objectType: 'conversation', targetId: shown.id, updatedAt } as const;
    if (left === undefined) {
      observations.push({ ...base, evidence: 'list', facts: summaryOf(shown) });
      return;
    }
    try {
      const { value: fresh } = await sendCall(request, retrieveConversation(shown.id));
      const facts = { ...summaryOf(fresh), surplusParts: surplusParts(fresh, left).map((part) => part.id) };
      observations.push({
        ...base,
        evidence: 'fresh_read',
        facts,
        touch: touchOf(fresh, left, request.intercom.clock.now()),
      });
    } catch (error) {
      // Deleted between the list and the read.
      if (!(error instanceof NotFound)) throw error;
    }
  });
  return observations;
}

/** A company and the contacts it holds; undefined when it is not there. */
export async function observeCompany(
  sender: Sender,
  id: string,
): Promise<{ company: CompanyFacts; contactIds: readonly string[] } | undefined> {
  try {
    const { value: company } = await sendCall(sender, retrieveCompanyById(id));
    return { company, contactIds: await allItems(sender, (page) => listAttachedContacts(id, page)) };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** What is kept of a conversation: no bodies, but the marker of a ticket that its opening holds. */
function summaryOf(facts: ConversationFacts): object {
  const { parts: _, sourceBody, ...summary } = facts;
  return { ...summary, marker: markerIn(sourceBody ?? '') };
}

/** The marker of a ticket in an opening; null where there is none. */
export function markerIn(opening: string): string | null {
  return /\bitop[A-Z][A-Za-z_]*\d+\b/.exec(textForm(visibleText(opening)))?.[0] ?? null;
}

async function store({ pool, workspaceIdCode }: ObserveRequest, observations: readonly Observation[]): Promise<void> {
  if (observations.length === 0) return;
  await insertRows(
    pool,
    'reconcile.observation',
    ['workspace_id_code', 'object_type', 'target_id', 'evidence', 'facts', 'updated_at', 'touch'],
    observations.map((o) => ({
      workspace_id_code: workspaceIdCode,
      object_type: o.objectType,
      target_id: o.targetId,
      evidence: o.evidence,
      facts: o.facts,
      updated_at: o.updatedAt?.toISOString() ?? null,
      touch: o.touch ?? null,
    })),
  )
    .onConflict((conflict) =>
      conflict.columns(['workspace_id_code', 'object_type', 'target_id']).doUpdateSet((excluded) => ({
        evidence: excluded.ref('excluded.evidence'),
        facts: excluded.ref('excluded.facts'),
        updated_at: excluded.ref('excluded.updated_at'),
        touch: excluded.ref('excluded.touch'),
        observed_at: clockTimestamp,
      })),
    )
    .execute();
}
