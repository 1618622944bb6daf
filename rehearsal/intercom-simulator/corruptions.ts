import { requireContact } from './contact-store.ts';
import { requireConversation } from './conversation-store.ts';
import type { Attachment, Author, Conversation, Part } from './objects.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

/** Damage behind the API's back, to see whether a check notices it. `nth` counts the written parts of a conversation from 0. */
export type Corruption = PartCorruption | ConversationCorruption | LinkCorruption | ObjectCorruption | TagCorruption;

type PartCorruption = { readonly conversation_id: string; readonly nth: number } & (
  | { readonly do: 'drop-part' | 'double-part' | 'change-text' | 'change-time' | 'change-kind' | 'notify' }
  | { readonly do: 'drop-file' | 'change-file-name' | 'change-file-type' | 'change-file-size' }
  | { readonly do: 'swap-parts'; readonly other: number }
  | { readonly do: 'change-author'; readonly admin_id: string }
);

interface ConversationCorruption {
  readonly do: 'drop-conversation' | 'double-conversation';
  readonly conversation_id: string;
}

interface LinkCorruption {
  readonly do: 'break-link';
  readonly contact_id: string;
}

interface ObjectCorruption {
  readonly do: 'drop-object';
  readonly kind: 'tag' | 'custom_object_instance' | 'collection' | 'article' | 'contact' | 'company';
  readonly id: string;
}

/** Takes tags and relations off a conversation, as a teammate could. */
interface TagCorruption {
  readonly do: 'untag' | 'unrelate';
  readonly conversation_id: string;
}

export function corrupt(workspace: Workspace, corruption: Corruption): void {
  if (corruption.do === 'break-link') {
    requireContact(workspace, corruption.contact_id).companyIds.clear();
    return;
  }
  if (corruption.do === 'drop-object') {
    dropObject(workspace, corruption);
    return;
  }
  const conversation = requireConversation(workspace, corruption.conversation_id);
  if (corruption.do === 'untag') {
    conversation.tags.clear();
    return;
  }
  if (corruption.do === 'unrelate') {
    const { customAttributes } = conversation;
    for (const [name, value] of Object.entries(customAttributes)) {
      if (typeof value === 'object' && value !== null && 'instances' in value)
        customAttributes[name] = { ...value, instances: [] };
    }
    return;
  }
  if (corruption.do === 'drop-conversation') {
    workspace.conversations.delete(conversation.id);
    return;
  }
  if (corruption.do === 'double-conversation') {
    const id = String(workspace.nextNumber());
    workspace.conversations.set(id, { ...conversation, id, parts: [...conversation.parts] });
    return;
  }
  if ('nth' in corruption) corruptPart(workspace, conversation, corruption);
}

function corruptPart(workspace: Workspace, conversation: Conversation, corruption: PartCorruption): void {
  const { parts } = conversation;
  const place = placeOf(parts, corruption.nth);
  const part = parts[place];
  if (part === undefined) throw new Error(`Conversation ${conversation.id} has no written part ${corruption.nth}`);
  switch (corruption.do) {
    case 'drop-part':
      parts.splice(place, 1);
      return;
    case 'double-part':
      parts.splice(place + 1, 0, { ...part, id: String(workspace.nextNumber()) });
      return;
    case 'change-text':
      parts[place] = { ...part, body: (part.body ?? '').replace(/>\p{L}/u, '>#') };
      return;
    case 'change-time':
      parts[place] = { ...part, createdAt: part.createdAt + 1 };
      return;
    case 'change-kind':
      parts[place] = { ...part, partType: part.partType === 'note' ? 'comment' : 'note' };
      return;
    case 'drop-file':
      parts[place] = { ...part, attachments: part.attachments.slice(1) };
      return;
    case 'change-file-name':
      parts[place] = withFile(part, { name: 'other.txt' });
      return;
    case 'change-file-type':
      parts[place] = withFile(part, { contentType: 'image/png' });
      return;
    case 'change-file-size':
      parts[place] = withFile(part, { filesize: 1 });
      return;
    case 'notify':
      parts[place] = { ...part, notifiedAt: nowSeconds() };
      return;
    case 'change-author':
      parts[place] = { ...part, author: authorOf(workspace, corruption.admin_id) };
      return;
    case 'swap-parts': {
      const otherPlace = placeOf(parts, corruption.other);
      const other = parts[otherPlace];
      if (other === undefined)
        throw new Error(`Conversation ${conversation.id} has no written part ${corruption.other}`);
      parts[place] = other;
      parts[otherPlace] = part;
      return;
    }
    default:
      throw new Error(`Unknown corruption "${(corruption as { do: string }).do}"`);
  }
}

function withFile(part: Part, change: Partial<Attachment>): Part {
  return { ...part, attachments: part.attachments.map((file, place) => (place === 0 ? { ...file, ...change } : file)) };
}

function dropObject(workspace: Workspace, { kind, id }: ObjectCorruption): void {
  const instances = [...workspace.objectTypes.values()].map((type) => type.instances);
  const kept: Readonly<Record<ObjectCorruption['kind'], readonly Map<string, { readonly id: string }>[]>> = {
    tag: [workspace.tags],
    collection: [workspace.collections],
    article: [workspace.articles],
    contact: [workspace.contacts],
    company: [workspace.companies],
    custom_object_instance: instances,
  };
  for (const map of kept[kind]) for (const [key, held] of map) if (held.id === id) map.delete(key);
}

function placeOf(parts: readonly Part[], nth: number): number {
  const written = parts.flatMap((part, place) => (part.body === null || part.body === '' ? [] : [place]));
  return written[nth] ?? -1;
}

function authorOf(workspace: Workspace, adminId: string): Author {
  const admin = workspace.admins.get(adminId);
  if (admin === undefined) throw new Error(`No teammate ${adminId}`);
  return workspace.adminAuthor(admin);
}
