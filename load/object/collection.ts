import {
  type CollectionFacts,
  createCollection,
  listCollections,
  retrieveCollection,
  updateCollection,
} from '../../intercom/help-center.ts';
import { allItems, numberedPagesIfAny } from '../../intercom/numbered-pages.ts';
import { isSameValue, textOf } from '../../intercom/same-value.ts';
import { haveSameWords } from '../../intercom/words.ts';
import { findIdentities, type Identity } from '../../platform/identity.ts';
import type { Target } from '../../platform/journal.ts';
import { changeObject } from '../desired-state/change-object.ts';
import { createOrLink, sameNamed } from '../desired-state/create-or-link.ts';
import { ownIds } from '../desired-state/own-ids.ts';
import type { Fields } from '../desired-state/three-way.ts';
import { verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import { RecordBlocked } from '../engine/errors.ts';
import { type Loaded, type PendingItem, placeholder } from '../engine/phase.ts';
import { send, senderOf } from '../engine/send.ts';
import type { LoadedObject } from './loaded-object.ts';

export interface CollectionRow {
  target_key: string;
  source_key: string;
  raw_version: string | null;
  name: string;
  description: string | null;
  parent_key: string | null;
  payload_hash: Buffer;
}

/** Collections of the help centre, those above before those below. One of the same name and parent is used as it is. */
export const collection: LoadedObject<CollectionRow, readonly CollectionFacts[]> = {
  name: 'collections',
  targetType: 'collection',
  doneType: 'collection',
  pageSize: 100,
  isSerial: true,
  select: `select o.target_key, o.source_key, o.raw_version::text, o.name, o.description, o.parent_key, o.payload_hash
    from (
      with recursive below as (
        select c.*, 0 as level from intercom.collection c
        where c.parent_key is null or not exists (select from intercom.collection p where p.target_key = c.parent_key)
        union all
        select c.*, b.level + 1 from intercom.collection c join below b on b.target_key = c.parent_key where b.level < 20
      )
      select * from below
    ) o`,
  orderBy: 'o.level, o.target_key',
  targetOf,
  planned: {
    kind: 'collection',
    call: (row) =>
      createCollection(collectionRequest(row, row.parent_key === null ? null : placeholder(row.parent_key))),
  },
  async prepare(context, _rows, former) {
    if (former !== undefined) return former;
    const foreign = await foreignCollections(context);
    return () => foreign;
  },
  load: loadCollection,
  change: changeCollection,
  async readBack(context, { row, target }) {
    const parentId = await parentIdOf(context, row);
    const found = (await allItems(senderOf(context), listCollections)).find((one) => isSame(one, row, parentId));
    return verdictsOf(context, target, 'collection', 'fresh_read', comparedFields(row, found));
  },
  forecast: { calls: 1 },
  adopt: 'by the next load',
  list: {
    creations: ['createCollection'],
    async *pages(sender) {
      for await (const items of numberedPagesIfAny(sender, listCollections)) {
        yield items.map(({ id, ...facts }) => ({
          objectType: 'collection',
          id,
          name: facts.name,
          parent: facts.parentId,
          facts,
        }));
      }
    },
    isMadeBy: ({ payload }, { name, parent }) =>
      haveSameWords(name, textOf(payload.name)) && parent === textOf(payload.parent_id),
  },
  undo: { delete: { DELETE: 'deleteCollection' } },
};

async function loadCollection(
  context: LoadContext,
  item: PendingItem<CollectionRow, readonly CollectionFacts[]>,
): Promise<Loaded> {
  const { row } = item;
  const parentId = await parentIdOf(context, row);
  return createOrLink<CollectionFacts>(context, item, {
    present: item.prepared.find((one) => isSame(one, row, parentId)),
    nameField: 'name',
    call: createCollection(collectionRequest(row, parentId)),
    candidates: async (payload) =>
      sameNamed(
        await foreignCollections(context),
        (one) => one.parentId === ('parent_id' in payload ? textOf(payload.parent_id) : parentId),
        textOf(payload.name) ?? row.name,
        ({ name }) => name,
      ),
    identity: (facts, origin) => identityOf(row, facts, origin),
    compared: (facts) => comparedFields(row, facts),
  });
}

/** What the creation of a collection sends. */
function collectionRequest(row: CollectionRow, parentId: string | null) {
  return { name: row.name, description: row.description, parentId };
}

/** Collections that are not known as ours. */
async function foreignCollections(context: LoadContext): Promise<CollectionFacts[]> {
  const own = await ownIds(context, 'collection');
  return (await allItems(senderOf(context), listCollections)).filter((one) => !own.has(one.id));
}

async function parentIdOf(context: LoadContext, row: CollectionRow): Promise<string | null> {
  if (row.parent_key === null) return null;
  const found = await findIdentities(context.pool, context.workspaceIdCode, 'collection', [row.parent_key]);
  const parent = found.get(row.parent_key);
  if (parent !== undefined) return parent.targetId;
  throw new RecordBlocked(
    `${row.parent_key}, the collection above, is not loaded.`,
    `Look up why ${row.parent_key} is not loaded, then start the load again.`,
  );
}

function isSame(facts: CollectionFacts, row: CollectionRow, parentId: string | null): boolean {
  return isSameValue('name', row.name, facts.name) && facts.parentId === parentId;
}

function comparedFields(row: CollectionRow, facts: CollectionFacts | undefined) {
  return [
    ['name', row.name, facts?.name],
    ['description', row.description, facts?.description],
  ] as const;
}

function changeCollection(context: LoadContext, item: PendingItem<CollectionRow, unknown>) {
  const { row } = item;
  return changeObject<CollectionFacts>(context, item, {
    desired: desiredOf(row),
    target: desiredOf(row),
    read: async (id) => (await send(context, retrieveCollection(id))).value,
    observe: observedOf,
    update: (id, write) => updateCollection(id, write),
  });
}

function desiredOf(row: CollectionRow): Fields {
  return { name: row.name, description: row.description };
}

function observedOf(facts: CollectionFacts): Fields {
  return { name: facts.name, description: facts.description };
}

function identityOf(row: CollectionRow, facts: CollectionFacts, origin: Identity['origin']): Identity {
  return {
    targetType: 'collection',
    targetKey: row.target_key,
    targetId: facts.id,
    origin,
    payloadHash: row.payload_hash,
    representation: { targetType: 'collection', lastApplied: desiredOf(row), observed: observedOf(facts) },
  };
}

function targetOf(row: CollectionRow): Target {
  return {
    phase: 'collections',
    type: 'collection',
    key: row.target_key,
    sourceKey: row.source_key,
    rawVersion: row.raw_version,
    payloadHash: row.payload_hash,
  };
}
