import { sql } from 'kysely';
import type pg from 'pg';
import { selectIds } from '../../../itop/oql.ts';
import type { Finding } from '../../../platform/findings.ts';
import { warehouse } from '../../../platform/warehouse.ts';
import { BatchPublisher } from '../../topics/batch-publisher.ts';
import type { ClassPass } from './class-pass.ts';
import { envelopeOf } from './to-envelope.ts';

/** Ids asked for in one query. */
const idsPerQuery = 500;

/** External keys that the migration follows: attribute and the class it points to, for a class and all below it. */
const ofTickets = {
  org_id: 'Organization',
  caller_id: 'Person',
  agent_id: 'Person',
  team_id: 'Team',
  service_id: 'Service',
  servicesubcategory_id: 'ServiceSubcategory',
};
const references: readonly { readonly from: string; readonly keys: Readonly<Record<string, string>> }[] = [
  { from: 'Ticket', keys: ofTickets },
  { from: 'Person', keys: { org_id: 'Organization' } },
  { from: 'User', keys: { contactid: 'Person' } },
  { from: 'URP_UserProfile', keys: { userid: 'User' } },
];

/**
 * Fetches by id what objects of these classes point to and raw does not hold: created after its class was read, or
 * dangling in iTop. What iTop does not give either is a note: the pointing object is migrated without it. Only what this run
 * saw is followed.
 */
export async function fetchReferenced(
  pool: pg.Pool,
  passes: ReadonlyMap<string, ClassPass>,
  seenSince: Date,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const atOrBelow = await classesAtOrBelow(pool);
  const passesOf = (name: string): ClassPass[] =>
    [...passes.values()].filter(({ readable }) => atOrBelow.get(name)?.includes(readable.name));
  for (const { from, keys } of references) {
    for (const source of passesOf(from)) {
      const { name, outputFields } = source.readable;
      const known = Object.entries(keys).filter(([code]) => outputFields.includes(code));
      if (known.length === 0) continue;
      await source.broker.landed();
      const missing = await missingTargets(pool, source, Object.fromEntries(known), seenSince);
      for (const [target, ids] of missing) {
        const targets = passesOf(target);
        if (targets.length === 0) continue;
        let left: readonly number[] = ids;
        for (const pass of targets) if (left.length > 0) left = await fetchByIds(pass, left);
        if (left.length > 0) findings.push(danglingReferences(name, target, left));
      }
    }
  }
  return findings;
}

/** Every class with itself and all classes below it: a site's own class below Person holds callers too. */
async function classesAtOrBelow(pool: pg.Pool): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await warehouse(pool)
    .withRecursive('below', (is) =>
      is
        .selectFrom('ops.itop_class')
        .select(['class', 'class as lower_class'])
        .unionAll(
          is
            .selectFrom('below as b')
            .innerJoin('ops.itop_class as c', 'c.parent_class', 'b.lower_class')
            .select(['b.class', 'c.class as lower_class']),
        ),
    )
    .selectFrom('below')
    .select((row) => ['class', row.fn.agg<string[]>('array_agg', ['lower_class']).as('below')])
    .groupBy('class')
    .execute();
  return new Map(rows.map((row) => [row.class, row.below]));
}

/** Ids by target class that raw does not hold, for one class of pointing objects, in one query. */
async function missingTargets(
  pool: pg.Pool,
  source: ClassPass,
  keys: Readonly<Record<string, string>>,
  seenSince: Date,
): Promise<ReadonlyMap<string, number[]>> {
  const attributes = Object.keys(keys);
  const columns = attributes.map((code) => sql`${sql.id(code)} text`);
  const pairs = attributes.map((code) => sql`(${keys[code]}::text, f.${sql.id(code)})`);
  const { rows } = await sql<{ target: string; id: string }>`
    with pointed as (
      select distinct t.target, t.id
      from raw.head seen
      join raw.object o on o.root_class = seen.root_class and o.version_id = seen.version_id
      cross join lateral jsonb_to_record(o.payload) as f (${sql.join(columns)})
      cross join lateral (values ${sql.join(pairs)}) as t (target, id)
      where seen.op = 'upsert' and seen.seen_at >= ${seenSince} and o.root_class = ${source.readable.rootClass}
        and o.final_class = any (${source.readable.finalClasses}) and t.id ~ '^[1-9][0-9]{0,14}$'
    )
    select p.target, p.id from pointed p
    join ops.itop_class c on c.class = p.target
    left join raw.head h on h.source_key = c.root_class || '::' || p.id
    where h.source_key is null`.execute(warehouse(pool));
  const missing = new Map<string, number[]>();
  for (const { target, id } of rows) missing.set(target, [...(missing.get(target) ?? []), Number(id)]);
  return missing;
}

/** Publishes the objects that iTop still gives; returns the ids it does not. */
async function fetchByIds(pass: ClassPass, ids: readonly number[]): Promise<number[]> {
  const { name, outputFields, rootClass } = pass.readable;
  const left = new Set(ids);
  const publisher = new BatchPublisher(pass.broker);
  const bounds = [ids.reduce((a, b) => Math.min(a, b)), ids.reduce((a, b) => Math.max(a, b)) + 1] as const;
  const chunk = await pass.chunks.openAside('references', ...bounds);
  for (let from = 0; from < ids.length; from += idsPerQuery) {
    const oql = selectIds(name, ids.slice(from, from + idsPerQuery));
    const origin = { runId: pass.runId, chunkId: chunk.chunkId, observedAt: pass.reader.now() };
    await pass.reader.read({ className: name, oql, outputFields }, (object) => {
      left.delete(object.id);
      return publisher.add(envelopeOf(object, rootClass, origin));
    });
  }
  await publisher.flush();
  await pass.chunks.done(chunk, ids.length - left.size, 0);
  return [...left];
}

function danglingReferences(from: string, target: string, ids: readonly number[]): Finding {
  const shown = ids.slice(0, 10).join(', ');
  return {
    code: 'dangling_reference',
    severity: 'note',
    subject: `${from} to ${target}`,
    finding: `${ids.length} objects that ${from} points to do not exist in iTop, or the account may not see them: ${shown}${ids.length > 10 ? ', ...' : ''}.`,
    nextStep: 'Nothing, unless the account is restricted to some organizations.',
  };
}
