import { textOf } from '../../intercom/same-value.ts';
import { sendCall } from '../../intercom/send-call.ts';
import { createTag, listTags, type TagFacts } from '../../intercom/tags.ts';
import type { Identity } from '../../platform/identity.ts';
import { type Target, wasEverUncertain } from '../../platform/journal.ts';
import { adoptableRows } from '../desired-state/adoption.ts';
import { verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import { type Evidence, executeStep, type Step } from '../engine/execute-step.ts';
import type { Loaded, PendingItem } from '../engine/phase.ts';
import { send } from '../engine/send.ts';
import type { LoadedObject } from './loaded-object.ts';

export interface TagRow {
  target_key: string;
  source_key: string;
  raw_version: string | null;
  name: string;
  payload_hash: Buffer | null;
}

const tagSelect = 'select o.target_key, o.source_key, o.raw_version::text, o.name, o.payload_hash from intercom.tag o';

/** Tags. One of the same name, whatever its case, is used as it is (invariant 5): Intercom knows no other key of a tag. */
export const tag: LoadedObject<TagRow, TagFacts | undefined> = {
  name: 'tags',
  targetType: 'tag',
  doneType: 'tag',
  pageSize: 250,
  select: tagSelect,
  orderBy: 'o.target_key',
  targetOf,
  planned: { kind: 'tag', call: (row) => createTag(row.name) },
  async prepare(context) {
    const existing = (await send(context, listTags())).value;
    return (row) => existing.find((tag) => isNamed(tag, row.name));
  },
  load: loadTag,
  async readBack(context, { row, target }) {
    const found = (await send(context, listTags())).value.find((tag) => isNamed(tag, row.name));
    return verdictsOf(context, target, 'tag', 'fresh_read', [['name', row.name, found?.name]]);
  },
  forecast: { calls: 1 },
  adopt: adoptTags,
  list: {
    creations: ['createTag'],
    async *pages(sender) {
      const { value: tags } = await sendCall(sender, listTags());
      yield tags.map(({ id, ...facts }) => ({ objectType: 'tag', id, name: facts.name, parent: null, facts }));
    },
    isMadeBy: ({ payload }, { name }) => name?.toLowerCase() === textOf(payload.name)?.toLowerCase(),
  },
  undo: { delete: { DELETE: 'deleteTag' } },
};

async function loadTag(
  context: LoadContext,
  { row, target, open, prepared: existing }: PendingItem<TagRow, TagFacts | undefined>,
): Promise<Loaded> {
  const lost = open.find((intent) => intent.targetKey === target.key);
  const mayBeOwn =
    lost !== undefined || (await wasEverUncertain(context.pool, context.workspaceIdCode, target, 'createTag'));
  if (existing !== undefined && !mayBeOwn) {
    await context.link(
      identityOf(row, existing, 'linked'),
      verdictsOf(context, target, 'tag', 'list', [['name', row.name.toLowerCase(), existing.name.toLowerCase()]], {
        verdict: 'passed',
        reasonCode: 'linked',
      }),
    );
    return 'linked';
  }
  const step: Step<TagFacts> = {
    target,
    call: createTag(row.name),
    // The create gives the tag of that name where there is one: repeating it is the look-up.
    lookUp: () => Promise.resolve(undefined),
    accept: (facts, evidence: Evidence) => ({
      response: { id: facts.id },
      identities: [identityOf(row, facts, 'created')],
      verdicts: verdictsOf(context, target, 'tag', evidence, [['name', row.name, facts.name]]),
    }),
  };
  await executeStep(context, step, lost);
  return 'written';
}

function isNamed(tag: TagFacts, name: string): boolean {
  return tag.name.toLowerCase() === name.toLowerCase();
}

function identityOf(row: TagRow, facts: TagFacts, origin: Identity['origin']): Identity {
  return {
    targetType: 'tag',
    targetKey: row.target_key,
    targetId: facts.id,
    origin,
    payloadHash: row.payload_hash,
  };
}

function targetOf(row: TagRow): Target {
  return {
    phase: 'tags',
    type: 'tag',
    key: row.target_key,
    sourceKey: row.source_key,
    rawVersion: row.raw_version,
    payloadHash: row.payload_hash,
  };
}

/**
 * Knows tags as ours again; gives how many. They have no other key than their name: whether they were there before the migration is not
 * known any more.
 */
async function adoptTags(context: LoadContext): Promise<number> {
  const rows = await adoptableRows<TagRow>(context, tagSelect);
  const held = rows.length === 0 ? [] : (await send(context, listTags())).value;
  const identities = rows.flatMap((row): Identity[] => {
    const tag = held.find((one) => isNamed(one, row.name));
    return tag === undefined ? [] : [identityOf(row, tag, 'linked')];
  });
  await context.linkAll(identities, []);
  return identities.length;
}
