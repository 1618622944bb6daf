import {
  type ConversationFacts,
  type FileFacts,
  type PartFacts,
  wasNotified,
} from '../../intercom/conversation-facts.ts';
import { isWritten, surplusParts } from '../../intercom/conversation-touch.ts';
import { isSameText } from '../../intercom/same-text.ts';
import { isInOtherTypography, isSameValue } from '../../intercom/same-value.ts';
import { type KeptOfFiles, shownFile } from '../../intercom/shown-file.ts';
import { foldSpace, visibleText } from '../../platform/visible-text.ts';
import type { SentPart, SentThread } from './sent-threads.ts';

/** One thing that was compared, with the reason of a difference. */
export interface Comparison {
  readonly targetKey: string;
  readonly objectType: 'conversation' | 'part';
  readonly check: string;
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
  readonly is: 'equal' | 'different' | 'unknown' | 'changed later';
  readonly reasonCode?: string;
}

/** What of a workspace's behaviour decides how its threads are compared. */
export interface SeenOfThreads extends KeptOfFiles {
  /** Whether a late notified_at says anything. */
  readonly notifiedAtTells: boolean;
}

/**
 * Compares a conversation as it is with the calls that made it. Text is compared as a reader sees it, because Intercom normalises HTML.
 * `seen`: what the canary saw of the workspace.
 */
export function compareThread(sent: SentThread, held: ConversationFacts, seen: SeenOfThreads): Comparison[] {
  return [
    ...compareHead(sent, held),
    ...sent.parts.flatMap((part) => comparePart(part, held, seen)),
    ...compareOrder(sent, held),
    ...compareForeign(sent, held, seen.notifiedAtTells),
  ];
}

/** What a reader shall see of what was sent. */
function shownBody(sent: Pick<SentPart, 'body' | 'bodyForm'>): string {
  return sent.bodyForm === 'html' ? visibleText(sent.body) : foldSpace(sent.body);
}

/** What lists show too: everything but the parts. */
function compareHead(sent: SentThread, held: ConversationFacts): Comparison[] {
  const of = (check: string, field: string, expected: unknown, actual: unknown, mayChange: boolean): Comparison => {
    const isEqual = isShownAs(field, expected, actual) ?? isSameValue(field, expected, actual);
    // What the load's own answer proved was right then: somebody changed it since.
    const isLater = !isEqual && mayChange && sent.wasProven;
    return {
      targetKey: sent.targetKey,
      objectType: 'conversation',
      check,
      field,
      expected: asText(expected),
      actual: asText(actual),
      is: isEqual ? 'equal' : isLater ? 'changed later' : 'different',
      ...(isEqual ? typographyOf(field, expected, actual) : { reasonCode: isLater ? 'changed_later' : 'differs' }),
    };
  };
  return [
    of('read back: opening', 'body', shownBody(sent), visibleText(held.sourceBody ?? ''), false),
    of('read back: opening', 'created_at', sent.createdAt, held.createdAt, false),
    of('read back: opening', 'contact', sent.contactId, held.sourceAuthorId ?? sent.contactId, false),
    ...(sent.title === undefined ? [] : [of('read back: fields', 'title', sent.title, held.title, true)]),
    ...(sent.state === null ? [] : [of('read back: fields', 'state', sent.state, held.state, true)]),
    ...(sent.assigneeId === null
      ? []
      : [of('read back: fields', 'assignee', sent.assigneeId, held.adminAssigneeId, true)]),
    ...(sent.companyId === undefined || held.companyId === null
      ? []
      : [of('read back: fields', 'company', sent.companyId, held.companyId, true)]),
    ...Object.entries(sent.customAttributes).map(([name, value]) =>
      Array.isArray(value)
        ? of('read back: relations', name, idList(value.map(String)), relatedIds(held.customAttributes[name]), true)
        : of('read back: fields', name, value, held.customAttributes[name], true),
    ),
    ...(sent.tagIds.length === 0
      ? []
      : [
          of(
            'read back: tags',
            'tags',
            idList(sent.tagIds),
            idList(held.tagIds.filter((tag) => sent.tagIds.includes(tag))),
            true,
          ),
        ]),
  ];
}

function comparePart(sent: SentPart, held: ConversationFacts, seen: SeenOfThreads): Comparison[] {
  const base = { targetKey: sent.targetKey, objectType: 'part' } as const;
  const found = held.parts.find((part) => part.id === sent.partId);
  if (found === undefined) {
    // The API shows the newest 500 parts and no more: an older one may be there.
    const isBeyond = held.partCount > held.parts.length;
    return [
      {
        ...base,
        check: 'read back: part is there',
        field: '',
        expected: sent.partId,
        actual: isBeyond ? 'not among the newest 500' : 'missing',
        is: isBeyond ? 'unknown' : 'different',
        reasonCode: isBeyond ? 'beyond_500' : 'missing',
      },
    ];
  }
  const of = (check: string, field: string, expected: unknown, actual: unknown): Comparison => {
    const isEqual = isShownAs(field, expected, actual) ?? asText(expected) === asText(actual);
    return {
      ...base,
      check: `read back: part ${check}`,
      field,
      expected: asText(expected),
      actual: asText(actual),
      is: isEqual ? 'equal' : 'different',
      ...(isEqual ? typographyOf(field, expected, actual) : { reasonCode: 'differs' }),
    };
  };
  return [
    { ...base, check: 'read back: part is there', field: '', expected: sent.partId, actual: sent.partId, is: 'equal' },
    of('text', 'body', shownBody(sent), visibleText(found.body ?? '')),
    of('author', 'author', `${sent.authorType} ${sent.authorId}`, `${authorTypeOf(found)} ${found.authorId}`),
    of('time', 'created_at', sent.createdAt, found.createdAt),
    of('kind', 'part_type', sent.kind, found.partType === 'note' ? 'note' : 'comment'),
    of('files', 'files', fileList(sent.files, seen), fileList(found.files, seen)),
  ];
}

function compareOrder(sent: SentThread, held: ConversationFacts): Comparison[] {
  const wanted = sent.parts.map((part) => part.partId);
  const shown = held.parts.map((part) => part.id).filter((id) => wanted.includes(id));
  const present = wanted.filter((id) => shown.includes(id));
  const isEqual = present.join(' ') === shown.join(' ');
  return [
    {
      targetKey: sent.targetKey,
      objectType: 'conversation',
      check: 'read back: order of parts',
      field: 'part_order',
      expected: present.join(' '),
      actual: shown.join(' '),
      is: isEqual ? 'equal' : 'different',
      ...(isEqual ? {} : { reasonCode: 'order' }),
    },
  ];
}

/** Parts that the tool did not write: copies of its own, bots, and what people wrote since. */
function compareForeign(sent: SentThread, held: ConversationFacts, tells: boolean): Comparison[] {
  const own = new Set(sent.parts.map((part) => part.partId));
  const ownParts = held.parts.filter((part) => own.has(part.id));
  const foreign = held.parts.filter((part) => isWritten(part) && !own.has(part.id));
  const doubled = surplusParts(held, { partIds: [...own], unseenParts: 0, madeAt: sent.madeAt });
  const bots = foreign.filter((part) => part.authorType === 'bot');
  const people = foreign.filter((part) => !doubled.includes(part) && !bots.includes(part));
  const of = (check: string, found: readonly PartFacts[], is: Comparison['is'], reasonCode: string): Comparison => ({
    targetKey: sent.targetKey,
    objectType: 'conversation',
    check: `read back: ${check}`,
    field: check,
    expected: '0',
    actual: found.length === 0 ? '0' : `${found.length}: ${found.map((part) => part.id).join(' ')}`,
    is: found.length === 0 ? 'equal' : is,
    ...(found.length === 0 ? {} : { reasonCode }),
  });
  return [
    of('no part twice', doubled, 'different', 'doubled'),
    of('silence', bots, 'different', 'bot_wrote'),
    tells
      ? of(
          'nobody notified',
          ownParts.filter((part) => part.partType === 'comment' && part.authorType === 'admin' && wasNotified(part)),
          'different',
          'notified',
        )
      : { ...of('nobody notified', [], 'equal', ''), reasonCode: 'proven_by_canary' },
    of('written since', people, 'changed later', 'changed_later'),
  ];
}

/**
 * Whether a body says what was sent; undefined for other fields. Both are texts as a reader sees them (`visibleText`): their entities are
 * decoded, and once more would let an escaped tag pass for the tag.
 */
function isShownAs(field: string, expected: unknown, actual: unknown): boolean | undefined {
  return field === 'body' ? isSameText(asText(expected), asText(actual)) : undefined;
}

/** The reason of a comparison that passes although the text is shown in other typography. */
function typographyOf(field: string, expected: unknown, actual: unknown): { readonly reasonCode?: string } {
  const isOther = field === 'body' ? expected !== actual : isInOtherTypography(field, expected, actual);
  return isOther ? { reasonCode: 'other_typography' } : {};
}

/** Contacts appear as user, lead or contact. */
function authorTypeOf(part: PartFacts): string {
  return ['user', 'lead', 'contact'].includes(part.authorType) ? 'contact' : part.authorType;
}

function fileList(files: readonly FileFacts[], seen: SeenOfThreads): string {
  return files
    .map((file) => `${shownFile(seen, file)} bytes, ${file.contentType ?? 'no type'}`)
    .sort()
    .join(', ');
}

/** A relation shows the instances it points to. */
function relatedIds(held: unknown): string {
  const instances = (held as { instances?: unknown } | null | undefined)?.instances;
  return Array.isArray(instances) ? idList(instances.map((instance) => String((instance as { id?: unknown }).id))) : '';
}

function idList(ids: readonly string[]): string {
  return [...new Set(ids)].sort().join(' ');
}

function asText(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}
