import { createTag, listTags, type TagFacts } from '../../intercom/tags.ts';
import type { Identity } from '../../platform/identity.ts';
import { type Target, wasEverUncertain } from '../../platform/journal.ts';
import { verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import { type Evidence, executeStep, type Step } from '../engine/execute-step.ts';
import type { Loaded, PendingItem, Phase } from '../engine/phase.ts';
import { send } from '../engine/send.ts';

export interface TagRow {
  target_key: string;
  source_key: string;
  raw_version: string | null;
  name: string;
  payload_hash: Buffer | null;
}

/** Tags. One of the same name, whatever its case, is used as it is (invariant 5): Intercom knows no other key of a tag. */
export function tagPhase(): Phase<TagRow> {
  let existing: readonly TagFacts[] = [];
  return {
    name: 'tags',
    targetType: 'tag',
    doneType: 'tag',
    pageSize: 250,
    select: `select o.target_key, o.source_key, o.raw_version::text, o.name, o.payload_hash from intercom.tag o`,
    orderBy: 'o.target_key',
    targetOf,
    async prepare(context) {
      existing = (await send(context, listTags())).value;
    },
    load: (context, item) =>
      loadTag(
        context,
        item,
        existing.find((tag) => isNamed(tag, item.row.name)),
      ),
    async readBack(context, row) {
      const found = (await send(context, listTags())).value.find((tag) => isNamed(tag, row.name));
      return verdictsOf(context, targetOf(row), 'tag', 'fresh_read', [['name', row.name, found?.name]]);
    },
  };
}

async function loadTag(
  context: LoadContext,
  { row, target, open }: PendingItem<TagRow>,
  existing: TagFacts | undefined,
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
