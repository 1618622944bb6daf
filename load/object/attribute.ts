import {
  type AttributeFacts,
  type AttributeList,
  type AttributeModel,
  createAttribute,
  listAttributes,
  renameConversationAttribute,
  standardAttributeNamed,
  unarchiveDataAttribute,
} from '../../intercom/attributes.ts';
import { sendCall } from '../../intercom/send-call.ts';
import type { Identity } from '../../platform/identity.ts';
import type { OpenIntent, Target } from '../../platform/journal.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import { RecordRefused } from '../engine/errors.ts';
import { type Evidence, executeStep, type Step } from '../engine/execute-step.ts';
import type { Loaded, PendingItem } from '../engine/phase.ts';
import { send } from '../engine/send.ts';
import { onlyOne } from '../engine/uncertain-calls.ts';
import { refuseDoubledAttribute } from './doubled-attribute.ts';
import type { LoadedObject } from './loaded-object.ts';

export interface AttributeRow {
  target_key: string;
  model: AttributeModel;
  name: string;
  data_type: string;
  description: string | null;
  /** Identifier of the custom object type that a relationship points to. */
  object_type: string | null;
}

/**
 * Attributes of contacts, companies and conversations. They must exist before a value is set. One of the same name that is
 * there already is used as it is (invariant 5), provided that its type fits.
 */
export const attribute: LoadedObject<AttributeRow, AttributeList | undefined> = {
  name: 'attributes',
  targetType: 'attribute',
  doneType: 'attribute',
  pageSize: 250,
  // Relations need an attribute that points to the type of their instances.
  select: `select o.target_key, o.model, o.name, o.data_type, o.description, o.object_type
    from (
      select target_key, model, name, data_type, description, null as object_type, null::bytea as payload_hash
      from intercom.attribute
      union all
      select 'conversation_attribute:' || r.attribute, 'conversation', r.attribute, 'relationship', null,
             min(i.type_identifier), null
      from intercom.conversation_relation r
      cross join unnest(r.instance_keys) as k (key)
      join intercom.custom_object_instance i on i.target_key = k.key
      where not exists (select from intercom.attribute a where a.model = 'conversation' and a.name = r.attribute)
      group by r.attribute
    ) o`,
  orderBy: 'o.target_key',
  targetOf,
  planned: { kind: 'attribute', call: (row) => createAttribute(row.model, attributeRequest(row)) },
  async prepare(context, rows) {
    const existing = new Map<AttributeModel, AttributeList>();
    for (const model of new Set(rows.map((row) => row.model))) {
      existing.set(model, (await send(context, listAttributes(model))).value);
    }
    return (row) => existing.get(row.model);
  },
  load: loadAttribute,
  async readBack(context, { row, target }) {
    const found = await findAttribute(context, row);
    return verdictsOf(context, target, 'attribute', 'fresh_read', [['name', row.name, found?.name]]);
  },
  forecast: { calls: 1 },
  adopt: 'by the next load',
  list: {
    creations: ['createDataAttribute', 'createConversationAttribute'],
    async *pages(sender) {
      for (const model of ['contact', 'company', 'conversation'] as const) {
        const { value } = await sendCall(sender, listAttributes(model));
        const live = value.custom.filter((one) => !one.isArchived);
        yield live.map(({ id, name }) => ({ objectType: 'attribute', id, name, parent: null, facts: { model, name } }));
      }
    },
    isMadeBy({ operation, payload }, { name, facts }) {
      const model = operation === 'createConversationAttribute' ? 'conversation' : payload.model;
      return name === payload.name && facts.model === model;
    },
  },
  // An attribute can only be archived.
  undo: { archive: { PUT: 'updateDataAttribute', DELETE: 'deleteConversationAttribute' } },
};

async function loadAttribute(
  context: LoadContext,
  { row, target, open, prepared: list }: PendingItem<AttributeRow, AttributeList | undefined>,
): Promise<Loaded> {
  refuseStandardName(row, list);
  const existing = list?.custom ?? [];
  const named = existing.filter((attribute) => attribute.name === row.name);
  const live = named.filter((attribute) => !attribute.isArchived);
  // With a lost call that may have made one of them, its look-up asks which.
  if (open.length === 0) refuseDoubledAttribute(row.name, live);
  const present = live[0] ?? named[0];
  const lostOf = (operation: string) => open.find((intent) => intent.operation === operation);
  const lostRenaming = lostOf('updateConversationAttribute');
  const lostUnarchiving = lostOf('updateDataAttribute');
  if (present !== undefined && open.length === 0 && !present.isArchived) {
    refuseUnfit(row, present);
    await linkAttribute(context, target, present);
    return 'linked';
  }
  if (present !== undefined && row.model !== 'conversation' && (present.isArchived || lostUnarchiving !== undefined)) {
    await requireOwnArchived(context, row, target, present);
    refuseUnfit(row, present);
    await executeStep(context, unarchiving(context, row, target, present), lostUnarchiving);
    return 'written';
  }
  const archived = present?.isArchived === true ? present : existing.find(({ name }) => name === nameIn(lostRenaming));
  if (row.model === 'conversation' && archived !== undefined) {
    await requireOwnArchived(context, row, target, archived);
    await executeStep(context, renaming(context, target, row, archived), lostRenaming);
  }
  await executeStep(
    context,
    creation(context, row, target),
    open.find((intent) => intent !== lostRenaming),
  );
  return 'written';
}

/** An archived attribute is used again only where a rollback of this tool archived it: what others archived stays so. */
async function requireOwnArchived(
  { pool, workspaceIdCode }: LoadContext,
  row: AttributeRow,
  target: Target,
  present: AttributeFacts,
): Promise<void> {
  const own = await warehouse(pool)
    .selectFrom('load.withdrawn_identity')
    .select('plan_id')
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('target_type', '=', 'attribute')
    .where('target_key', '=', target.key)
    .where('target_id', '=', present.id)
    .where('origin', '=', 'created')
    .limit(1)
    .executeTakeFirst();
  if (own !== undefined) return;
  throw new RecordRefused(
    `The ${row.model} attribute ${row.name} exists and is archived.`,
    `Unarchive ${row.name} in Intercom (Settings > Data), then start the load again.`,
  );
}

/** Takes back what a rollback did to an attribute of contacts or companies. */
function unarchiving(
  context: LoadContext,
  row: AttributeRow,
  target: Target,
  { id }: AttributeFacts,
): Step<AttributeFacts> {
  return {
    ...creation(context, row, target),
    call: unarchiveDataAttribute(id),
    lookUp: () => findAttribute(context, row),
  };
}

/**
 * Frees the name of a conversation attribute that a rollback archived. The API cannot take it out of the archive, and a second
 * attribute of its name might make every write to it fail.
 */
function renaming(
  context: LoadContext,
  target: Target,
  row: AttributeRow,
  { id }: AttributeFacts,
): Step<AttributeFacts> {
  const name = `${row.name} rolled back ${id}`;
  return {
    target,
    call: renameConversationAttribute(id, name),
    async lookUp() {
      const attributes = (await send(context, listAttributes('conversation'))).value.custom;
      return attributes.find((attribute) => attribute.id === id && attribute.name === name);
    },
    accept: (facts) => ({ response: { id: facts.id, name: facts.name }, identities: [], verdicts: [] }),
  };
}

/** The name that a renaming was to give. */
function nameIn(intent: OpenIntent | undefined): string | undefined {
  return (intent?.payload as { name?: string } | undefined)?.name;
}

function targetOf(row: AttributeRow): Target {
  return {
    phase: 'attributes',
    type: 'attribute',
    key: row.target_key,
    sourceKey: row.target_key,
    rawVersion: null,
    payloadHash: null,
  };
}

/** What the creation of an attribute sends. */
function attributeRequest(row: AttributeRow) {
  return {
    name: row.name,
    dataType: row.data_type,
    description: row.description,
    objectType: row.object_type,
  };
}

function creation(context: LoadContext, row: AttributeRow, target: Target): Step<AttributeFacts> {
  return {
    target,
    call: createAttribute(row.model, attributeRequest(row)),
    lookUp: async () => onlyOne(await findAttributes(context, row), target.key, `the ${row.model} attributes`),
    accept: (facts, evidence: Evidence) => ({
      response: { id: facts.id },
      identities: [identityOf(target, facts, 'created')],
      verdicts: verdictsOf(context, target, 'attribute', evidence, [['name', row.name, facts.name]]),
    }),
  };
}

async function findAttribute(context: LoadContext, row: AttributeRow): Promise<AttributeFacts | undefined> {
  return (await findAttributes(context, row))[0];
}

/** Conversations may have several attributes of one name. */
async function findAttributes(context: LoadContext, row: AttributeRow): Promise<readonly AttributeFacts[]> {
  const attributes = await send(context, listAttributes(row.model));
  return attributes.value.custom.filter((attribute) => attribute.name === row.name && !attribute.isArchived);
}

async function linkAttribute(context: LoadContext, target: Target, facts: AttributeFacts): Promise<void> {
  await context.link(
    identityOf(target, facts, 'linked'),
    verdictsOf(context, target, 'attribute', 'list', [['name', facts.name, facts.name]]),
  );
}

function identityOf(target: Target, facts: AttributeFacts, origin: Identity['origin']): Identity {
  return { targetType: target.type, targetKey: target.key, targetId: facts.id, origin };
}

/** Types that take the same values under another name: answers call a datetime `date`, conversations a float `decimal`. */
const sameType: Readonly<Record<string, string>> = { datetime: 'date', decimal: 'float' };

function refuseStandardName(row: AttributeRow, list: AttributeList | undefined): void {
  const standard = list === undefined ? undefined : standardAttributeNamed(list, row.name);
  if (standard === undefined) return;
  throw new RecordRefused(
    `Intercom's own ${row.model} attribute ${standard} has the name ${row.name}.`,
    'Map the field to another attribute name.',
  );
}

function refuseUnfit(row: AttributeRow, present: AttributeFacts): void {
  const desired = sameType[row.data_type] ?? row.data_type;
  const held = sameType[present.dataType] ?? present.dataType;
  if (desired !== held) {
    throw new RecordRefused(
      `The ${row.model} attribute ${row.name} exists with type ${present.dataType}, the mapping needs ${row.data_type}.`,
      'Map the field to another attribute name: the type of an attribute cannot change.',
    );
  }
}
