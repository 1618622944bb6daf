/** What the simulated workspace holds. Times are Unix seconds unless the name says otherwise. */

export interface Admin {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Without a paid seat; teammates have one unless this says otherwise. */
  readonly isSeatless?: boolean;
  readonly isAway?: boolean;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  /** How its conversations are given to teammates; `manual` unless given. */
  readonly distribution?: 'manual' | 'round_robin' | 'balanced';
}

export type Attributes = Record<string, unknown>;

export interface Company {
  readonly id: string;
  readonly companyId: string;
  name: string;
  plan: string | null;
  size: number | null;
  website: string | null;
  industry: string | null;
  monthlySpend: number;
  remoteCreatedAt: number | null;
  readonly createdAt: number;
  updatedAt: number;
  customAttributes: Attributes;
}

export interface Contact {
  readonly id: string;
  role: 'user' | 'lead';
  externalId: string | null;
  email: string | null;
  phone: string | null;
  name: string | null;
  ownerId: string | null;
  avatar: string | null;
  unsubscribedFromEmails: boolean;
  signedUpAt: number | null;
  lastSeenAt: number | null;
  readonly createdAt: number;
  updatedAt: number;
  /** Real time of creation in milliseconds: search and indexing lag behind it. */
  readonly storedAtMs: number;
  isArchived: boolean;
  /** The contact it was merged into. */
  mergedInto?: string;
  customAttributes: Attributes;
  /** Intercom's ids of its companies. */
  readonly companyIds: Set<string>;
}

export interface DataAttribute {
  readonly id: number;
  readonly model: 'contact' | 'company';
  readonly name: string;
  /** As answers name it: a datetime is a `date` there. */
  readonly dataType: 'string' | 'integer' | 'float' | 'boolean' | 'date';
  options: readonly string[] | null;
  description: string;
  messengerWritable: boolean;
  archived: boolean;
  readonly createdAt: number;
  updatedAt: number;
}

export interface ConversationAttribute {
  readonly id: number;
  name: string;
  readonly dataType: string;
  description: string;
  required: boolean;
  readonly options: readonly { readonly id: string; readonly label: string }[] | null;
  readonly reference: unknown;
  archived: boolean;
  readonly createdAt: number;
  updatedAt: number;
}

export interface Author {
  readonly type: 'admin' | 'user' | 'lead' | 'bot';
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
}

export interface Attachment {
  readonly name: string;
  readonly contentType: string;
  readonly filesize: number;
}

export interface Part {
  readonly id: string;
  readonly partType: string;
  body: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly author: Author;
  readonly attachments: readonly Attachment[];
  readonly assignedTo: { readonly type: 'admin' | 'team'; readonly id: string } | null;
  /** When its customer was notified of it, where one was. */
  notifiedAt?: number;
  /** Name and value that an attribute event wrote. */
  readonly attribute?: { readonly name: string; readonly value: unknown };
}

export interface Conversation {
  readonly id: string;
  readonly createdAt: number;
  updatedAt: number;
  readonly storedAtMs: number;
  title: string | null;
  state: 'open' | 'closed' | 'snoozed';
  snoozedUntil: number | null;
  isRead: boolean;
  adminAssigneeId: string | null;
  teamAssigneeId: string | null;
  /** Intercom's id of the company. */
  companyId: string | null;
  customAttributes: Attributes;
  readonly contactIds: string[];
  /** By id of the tag. */
  readonly tags: Map<string, AppliedTag>;
  readonly source: { readonly id: string; readonly body: string; readonly author: Author };
  /** In the order in which they were written, whatever their created_at. */
  readonly parts: Part[];
}

export interface Tag {
  readonly id: string;
  readonly name: string;
}

export interface AppliedTag {
  readonly tagId: string;
  readonly appliedAt: number;
  readonly adminId: string;
}

export interface CustomObjectInstance {
  readonly id: string;
  /** Identifier of its type. */
  readonly type: string;
  readonly externalId: string;
  externalCreatedAt: number | null;
  externalUpdatedAt: number | null;
  readonly createdAt: number;
  updatedAt: number;
  customAttributes: Attributes;
}

export interface CustomObjectType {
  readonly identifier: string;
  /** Data type by name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** By external id. */
  readonly instances: Map<string, CustomObjectInstance>;
}

export interface Collection {
  readonly id: string;
  name: string;
  description: string;
  readonly parentId: string | null;
  readonly createdAt: number;
  updatedAt: number;
}

export interface Article {
  readonly id: string;
  title: string;
  description: string;
  body: string;
  readonly authorId: string;
  state: 'draft' | 'published';
  parentId: string | null;
  readonly isForAi: boolean;
  readonly createdAt: number;
  updatedAt: number;
  readonly storedAtMs: number;
}

export interface DeletedConversation {
  readonly id: string;
  readonly metricsRetained: boolean;
  readonly deletedAt: number;
}
