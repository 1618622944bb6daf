import { listInstancesPage } from '../../intercom/adoptable.ts';
import {
  countCustomObjectInstances,
  createCustomObjectInstance,
  findCustomObjectInstance,
  type InstanceFacts,
  type InstanceRequest,
} from '../../intercom/custom-objects.ts';
import { NotFound } from '../../intercom/errors.ts';
import { unixSeconds } from '../../intercom/fields.ts';
import { numberedPagesIfAny } from '../../intercom/numbered-pages.ts';
import { instanceTypeIn } from '../../intercom/object-kind.ts';
import { isSameValue, secondsOf, textOf } from '../../intercom/same-value.ts';
import type { Identity } from '../../platform/identity.ts';
import { type Target, wasEverUncertain } from '../../platform/journal.ts';
import { rowCount, warehouse } from '../../platform/warehouse.ts';
import { adoptableRows, type OpenStep, orNothing } from '../desired-state/adoption.ts';
import { changeObject } from '../desired-state/change-object.ts';
import { planForExisting } from '../desired-state/existing-policy.ts';
import { attributesIn, type Fields, flatAttributes } from '../desired-state/three-way.ts';
import { attributeFields, type ComparedField, verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import { RecordRefused } from '../engine/errors.ts';
import { type Evidence, executeStep, type Step } from '../engine/execute-step.ts';
import type { Loaded, PendingItem } from '../engine/phase.ts';
import { send, senderOf } from '../engine/send.ts';
import type { LoadedObject } from './loaded-object.ts';

export interface CustomObjectRow {
  target_key: string;
  source_key: string;
  raw_version: string | null;
  type_identifier: string;
  external_id: string;
  external_created_at: Date | null;
  external_updated_at: Date | null;
  custom_attributes: Record<string, unknown>;
  payload_hash: Buffer;
}

/** What a type holds beside our own instances: `foreign` ones have to be looked up before an upsert. */
type TypeState = 'missing' | 'own' | 'foreign';

const customObjectSelect = `select o.target_key, o.source_key, o.raw_version::text, o.type_identifier, o.external_id, o.external_created_at,
             o.external_updated_at, o.custom_attributes, o.payload_hash
      from intercom.custom_object_instance o`;

/** Custom object instances: changes, CIs, custom classes. Their types are made by hand from the set-up sheet, in no version by API. */
export const customObject: LoadedObject<CustomObjectRow, TypeState | undefined> = {
  name: 'custom_objects',
  targetType: 'custom_object_instance',
  doneType: 'custom_object_instance',
  pageSize: 100,
  select: customObjectSelect,
  orderBy: 'o.type_identifier, o.target_key',
  targetOf: customObjectTarget,
  planned: {
    kind: 'custom object',
    call: (row) => createCustomObjectInstance(row.type_identifier, customObjectRequest(row)),
  },
  async prepare(context, rows, former) {
    // A type that an earlier page asked about is not asked again: by now our own instances are there too.
    const types = new Map<string, TypeState>();
    for (const row of rows) {
      const { type_identifier: type } = row;
      if (!types.has(type)) types.set(type, former?.(row) ?? (await stateOf(context, type)));
    }
    return (row) => types.get(row.type_identifier);
  },
  load: loadInstance,
  change: changeInstance,
  async readBack(context, { row }) {
    const found = await findInstance(context, row);
    return verdictsOf(
      context,
      customObjectTarget(row),
      'custom_object_instance',
      'fresh_read',
      comparedFields(row, found),
    );
  },
  forecast: { calls: 1, bytes: 'octet_length(custom_attributes::text)' },
  adopt: adoptInstances,
  list: {
    creations: ['createCustomObjectInstances'],
    async *pages(sender, instanceTypes) {
      for (const type of instanceTypes) {
        for await (const items of numberedPagesIfAny(sender, (page) => listInstancesPage(type, page))) {
          yield items.map(({ id, ...facts }) => ({
            objectType: 'custom_object_instance',
            id,
            name: facts.externalId,
            parent: null,
            facts: { ...facts, type },
          }));
        }
      }
    },
    isMadeBy: ({ path, payload }, { name, facts }) =>
      name === textOf(payload.external_id) && facts.type === instanceTypeIn(path),
  },
  undo: { delete: { DELETE: 'deleteCustomObjectInstancesByExternalId' } },
};

/**
 * Instances that are there beyond those we wrote (or may have written: open intents) belong to somebody else, and then every
 * upsert needs a look before it. One call a type saves one call an instance.
 */
async function stateOf(context: LoadContext, type: string): Promise<TypeState> {
  try {
    const held = (await send(context, countCustomObjectInstances(type))).value;
    const own = await warehouse(context.pool)
      .selectFrom('load.identity as i')
      .innerJoin('intercom.custom_object_instance as o', 'o.target_key', 'i.target_key')
      .select(rowCount.as('count'))
      .where('o.type_identifier', '=', type)
      .where('i.workspace_id_code', '=', context.workspaceIdCode)
      .where('i.target_type', '=', 'custom_object_instance')
      .executeTakeFirstOrThrow();
    return held > own.count ? 'foreign' : 'own';
  } catch (error) {
    if (error instanceof NotFound) return 'missing';
    throw error;
  }
}

async function loadInstance(
  context: LoadContext,
  { row, target, open, prepared: type }: PendingItem<CustomObjectRow, TypeState | undefined>,
): Promise<Loaded> {
  if (type === 'missing') {
    throw new RecordRefused(
      `The custom object type ${row.type_identifier} does not exist in Intercom.`,
      `Create ${row.type_identifier} with its attributes in Intercom (Settings > Data > Custom Objects), then: itop-to-intercom load --retry failed`,
    );
  }
  const lost = open.find((intent) => intent.targetKey === target.key);
  const isOwn =
    type === 'own' ||
    (lost !== undefined && lost.beforeImage === null) ||
    (await wasEverUncertain(context.pool, context.workspaceIdCode, target, 'createCustomObjectInstances'));
  const existing = isOwn ? undefined : await findInstance(context, row);
  if (existing === undefined) {
    await executeStep(context, upsert(context, row, target, customObjectRequest(row), 'created', undefined), lost);
    return 'written';
  }
  const plan = planForExisting(
    'fill_empty',
    { fields: {}, customAttributes: row.custom_attributes },
    { fields: {}, customAttributes: existing.customAttributes },
  );
  if (plan.write === undefined && lost === undefined) {
    await context.link(instanceIdentity(row, existing, 'linked'), linkVerdicts(context, row, existing, 'fresh_read'));
    return 'linked';
  }
  const attributes = wholeAttributes(row, existing.customAttributes, plan.write?.customAttributes ?? {});
  const request = { external_id: row.external_id, custom_attributes: attributes };
  const before = Object.keys(attributes).map((name) => [name, existing.customAttributes[name] ?? null]);
  const beforeImage = { custom_attributes: Object.fromEntries(before) };
  await executeStep(context, upsert(context, row, target, request, 'linked', beforeImage), lost);
  return 'linked';
}

/**
 * All attributes that an instance is to hold after an upsert: those it holds and those that are written. Whether an upsert keeps what it does
 * not name is stated nowhere; sending all is right either way and costs no call.
 */
function wholeAttributes(
  row: CustomObjectRow,
  held: Readonly<Record<string, unknown>>,
  write: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const kept = Object.entries(held).flatMap(([name, value]) => {
    const ours = row.custom_attributes[name];
    // A value that an answer shows in another form, such as a date as ISO text, is sent as it was written.
    if (ours !== undefined && isSameValue(name, ours, value)) return [[name, ours] as const];
    const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
    return isScalar ? [[name, typeof ours === 'number' ? numberOf(value) : value] as const] : [];
  });
  return { ...Object.fromEntries(kept), ...write };
}

/** The number that a date in ISO text stands for; other values as they are. */
function numberOf(value: unknown): unknown {
  const seconds = secondsOf(String(value));
  return Number.isNaN(Number(seconds)) ? value : Number(seconds);
}

function upsert(
  context: LoadContext,
  row: CustomObjectRow,
  target: Target,
  request: InstanceRequest,
  origin: Identity['origin'],
  beforeImage: Record<string, unknown> | undefined,
): Step<InstanceFacts> {
  return {
    target,
    call: createCustomObjectInstance(row.type_identifier, request),
    ...(beforeImage === undefined ? {} : { beforeImage }),
    // An upsert: repeating it is the look-up.
    lookUp: () => Promise.resolve(undefined),
    accept: (facts, evidence: Evidence) => ({
      response: { id: facts.id },
      identities: [instanceIdentity(row, facts, origin)],
      verdicts:
        origin === 'created'
          ? verdictsOf(context, target, 'custom_object_instance', evidence, comparedFields(row, facts))
          : linkVerdicts(context, row, facts, evidence),
      ...(origin === 'linked' ? { resolution: 'the instance existed: its empty fields were filled' } : {}),
    }),
  };
}

function customObjectRequest(row: CustomObjectRow): InstanceRequest {
  return {
    external_id: row.external_id,
    ...(row.external_created_at === null ? {} : { external_created_at: unixSeconds(row.external_created_at) }),
    ...(row.external_updated_at === null ? {} : { external_updated_at: unixSeconds(row.external_updated_at) }),
    custom_attributes: row.custom_attributes,
  };
}

async function findInstance(context: LoadContext, row: CustomObjectRow): Promise<InstanceFacts | undefined> {
  const { type_identifier: type, external_id: externalId } = row;
  return (await orNothing(() => send(context, findCustomObjectInstance(type, externalId))))?.value;
}

function linkVerdicts(context: LoadContext, row: CustomObjectRow, facts: InstanceFacts, evidence: Evidence) {
  return verdictsOf(
    context,
    customObjectTarget(row),
    'custom_object_instance',
    evidence,
    [['external_id', row.external_id, facts.externalId]],
    { verdict: 'passed', reasonCode: 'linked' },
  );
}

function comparedFields(row: CustomObjectRow, facts: InstanceFacts | undefined): ComparedField[] {
  const created = row.external_created_at === null ? null : unixSeconds(row.external_created_at);
  const updated = row.external_updated_at === null ? null : unixSeconds(row.external_updated_at);
  return [
    ['external_id', row.external_id, facts?.externalId],
    ['external_created_at', created, facts?.externalCreatedAt],
    ['external_updated_at', updated, facts?.externalUpdatedAt],
    ...attributeFields(row.custom_attributes, facts?.customAttributes ?? {}),
  ];
}

function changeInstance(context: LoadContext, item: PendingItem<CustomObjectRow, unknown>) {
  const { row } = item;
  return changeObject<InstanceFacts>(context, item, {
    desired: desiredOf(row),
    target: desiredOf(row),
    read: async () => (await send(context, findCustomObjectInstance(row.type_identifier, row.external_id))).value,
    observe: observedOf,
    update(_id, write, _base, observed) {
      const attributes = wholeAttributes(row, attributesIn(observed) ?? {}, attributesIn(write) ?? {});
      const updatedAt = write.external_updated_at;
      return createCustomObjectInstance(row.type_identifier, {
        external_id: row.external_id,
        ...(typeof updatedAt === 'number' ? { external_updated_at: updatedAt } : {}),
        custom_attributes: attributes,
      });
    },
  });
}

function desiredOf(row: CustomObjectRow): Fields {
  const updated = row.external_updated_at === null ? null : unixSeconds(row.external_updated_at);
  return { external_updated_at: updated, ...flatAttributes(row.custom_attributes) };
}

function observedOf(facts: InstanceFacts): Fields {
  return {
    external_updated_at: facts.externalUpdatedAt,
    ...flatAttributes(facts.customAttributes),
  };
}

function instanceIdentity(row: CustomObjectRow, facts: InstanceFacts, origin: Identity['origin']): Identity {
  return {
    targetType: 'custom_object_instance',
    targetKey: row.target_key,
    targetId: facts.id,
    origin,
    payloadHash: row.payload_hash,
    representation: { targetType: 'custom_object_instance', lastApplied: desiredOf(row), observed: observedOf(facts) },
  };
}

function customObjectTarget(row: CustomObjectRow): Target {
  return {
    phase: 'custom_objects',
    type: 'custom_object_instance',
    key: row.target_key,
    sourceKey: row.source_key,
    rawVersion: row.raw_version,
    payloadHash: row.payload_hash,
  };
}

/** Knows instances as ours again by their external id; gives how many. */
async function adoptInstances(context: LoadContext, openStep: OpenStep): Promise<number> {
  const rows = await adoptableRows<CustomObjectRow>(context, customObjectSelect);
  const step = openStep('adopt custom objects', rows.length);
  const byType = Map.groupBy(rows, (row) => row.type_identifier);
  let adopted = 0;
  for (const [type, ofType] of byType) {
    const byExternalId = new Map(ofType.map((row) => [row.external_id, row]));
    for await (const items of numberedPagesIfAny(senderOf(context), (page) => listInstancesPage(type, page))) {
      for (const facts of items) {
        const row = byExternalId.get(facts.externalId ?? '');
        if (row === undefined) continue;
        await context.link(instanceIdentity(row, facts, 'created'), []);
        adopted += 1;
        step.advance(1);
      }
    }
  }
  step.done();
  return adopted;
}
