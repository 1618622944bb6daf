import { readDump } from '../../rehearsal/teammates.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Part {
  readonly part_type: string;
  readonly body: string | null;
  readonly created_at: number;
  readonly author: { readonly name: string };
}

interface Conversation {
  readonly title: string | null;
  readonly state: string;
  readonly created_at: number;
  readonly custom_attributes: Fields;
  readonly company: { readonly name: string } | null;
  readonly admin_assignee_id: number | null;
  readonly source: { readonly body: string; readonly author: { readonly name: string } };
  readonly conversation_parts: { readonly conversation_parts: readonly Part[] };
}

/** What a delta writes of changes that Intercom's parts cannot show (rule D1). */
const changeNote =
  /^(<[^>]+>)*(Changed in iTop:|The text of [\d-]+ [\d:]+ UTC was changed in iTop|The description was changed)/;

/**
 * Differences between a workspace that deltas brought up to date and one that a single load filled, one a line. Both must hold the
 * same objects with the same fields, and the same messages of the same authors and times in the same order. A delta may only have
 * added notes that tell a change, and the moves of the state; the record note stays as it was first written.
 */
export async function compareWorkspaces(byDeltas: string, byOneLoad: string): Promise<string[]> {
  const [deltas, load] = await Promise.all([holdings(byDeltas), holdings(byOneLoad)]);
  return [...new Set([...deltas.keys(), ...load.keys()])].sort().flatMap((key) => {
    const [ours, theirs] = [deltas.get(key), load.get(key)];
    if (ours === undefined || theirs === undefined)
      return [`${key}: ${ours === undefined ? 'only the load has it' : 'only the deltas have it'}`];
    return compareObjects(key, ours, theirs);
  });
}

/** An object's fields, and its messages. */
interface Held {
  readonly fields: Fields;
  readonly comments: readonly string[];
  readonly notes: readonly string[];
}

async function holdings(controlUrl: string): Promise<Map<string, Held>> {
  const held = new Map<string, Held>();
  for await (const object of readDump<Fields & { type: string }>(`${controlUrl}/dump`)) {
    const one = object.type === 'conversation' ? heldConversation(object as never) : heldObject(object);
    const name = JSON.stringify(one.fields.key);
    // Twice the same is a difference: each has a key of its own.
    let key = `${object.type} ${name}`;
    for (let copy = 2; held.has(key); copy++) key = `${object.type} ${name} (copy ${copy})`;
    held.set(key, one);
  }
  return held;
}

function heldObject({
  type,
  name,
  title,
  email,
  phone,
  role,
  custom_attributes,
  body,
  description,
  companies,
}: Fields): Held {
  const attributes = custom_attributes as Fields | undefined;
  const key = attributes?.itop_source_key ?? attributes?.itop_organization_key ?? name ?? title ?? type;
  const companyCount = (companies as { data?: unknown[] } | undefined)?.data?.length ?? 0;
  const fields = {
    key,
    name,
    title,
    email,
    phone,
    role,
    custom_attributes,
    description,
    body: timeless(body),
    companyCount,
  };
  return { fields, comments: [], notes: [] };
}

function heldConversation(conversation: Conversation): Held {
  const { title, state, created_at, custom_attributes, company, admin_assignee_id, source } = conversation;
  const parts = conversation.conversation_parts.conversation_parts;
  // An answer to a closed conversation is a part of the type "open"; a close or an assignment may carry text too.
  const messages = (areNotes: boolean) =>
    parts
      .filter(({ part_type, body }) => (part_type === 'note') === areNotes && (body ?? '') !== '')
      .map(({ author, body, created_at: at }) => `${author.name}, ${at}: ${String(timeless(body))}`);
  return {
    fields: {
      key: custom_attributes.itop_ref,
      title,
      state,
      created_at,
      custom_attributes,
      company: company?.name,
      admin_assignee_id,
      opening: [source.author.name, timeless(source.body)],
    },
    comments: messages(false),
    notes: messages(true),
  };
}

/** Times at which iTop was asked differ. */
const timeless = (body: unknown): unknown =>
  typeof body === 'string' ? body.replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?/g, '(time)') : body;

function compareObjects(key: string, ours: Held, theirs: Held): string[] {
  const different = Object.keys({ ...ours.fields, ...theirs.fields }).filter(
    (name) => JSON.stringify(sorted(ours.fields[name])) !== JSON.stringify(sorted(theirs.fields[name])),
  );
  const fields = different.map(
    (name) =>
      `${key}.${name}: ${JSON.stringify(ours.fields[name])}, by one load ${JSON.stringify(theirs.fields[name])}`,
  );
  return [
    ...fields,
    ...compareLists(`${key}, comment`, ours.comments, theirs.comments),
    ...compareLists(`${key}, note`, withoutTheirRecordNote(ours.notes), withoutTheirRecordNote(theirs.notes)),
  ];
}

/** Private entries alone: without notes of changes and without the record note, which tells what iTop held when it was written. */
function withoutTheirRecordNote(notes: readonly string[]): readonly string[] {
  return notes.filter((note) => !changeNote.test(bodyOf(note)) && !/As of \(time\)/.test(bodyOf(note)));
}

const bodyOf = (note: string): string => note.slice(note.indexOf(': ') + 2);

function compareLists(what: string, ours: readonly string[], theirs: readonly string[]): string[] {
  if (ours.join('\n') === theirs.join('\n')) return [];
  const only = (a: readonly string[], b: readonly string[]) => a.filter((one) => !b.includes(one));
  const [added, missing] = [only(ours, theirs), only(theirs, ours)];
  if (added.length === 0 && missing.length === 0) return [`${what}s: another order or number than by one load`];
  return [
    ...added.map((one) => `${what} only by deltas: ${one.slice(0, 200)}`),
    ...missing.map((one) => `${what} only by one load: ${one.slice(0, 200)}`),
  ];
}

/** With the names of an object's fields in order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
