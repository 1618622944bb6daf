/** What the judge needs to know of Intercom's objects, read from the simulator's dump. */

export interface LoadedAuthor {
  readonly type: string;
  readonly id: string;
}

export interface LoadedPart {
  readonly id: string;
  /** `comment`, `note`, or an event: `close`, `assignment`, `conversation_attribute_updated_by_admin`, ... */
  readonly partType: string;
  readonly author: LoadedAuthor;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly body: string;
  readonly files: readonly { readonly name: string; readonly size: number }[];
}

export interface LoadedConversation {
  readonly id: string;
  readonly createdAt: number;
  readonly title: string;
  readonly state: string;
  readonly snoozedUntil: number | undefined;
  readonly assigneeId: string | undefined;
  /** Intercom's id of the company. */
  readonly companyId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Names. */
  readonly tags: readonly string[];
  readonly openingAuthor: LoadedAuthor;
  readonly openingBody: string;
  /** In the order in which they were written. */
  readonly parts: readonly LoadedPart[];
}

export interface LoadedContact {
  readonly id: string;
  readonly role: string;
  readonly email: string | undefined;
  readonly externalId: string | undefined;
  readonly name: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Intercom's ids of the companies it is attached to. */
  readonly companyIds: readonly string[];
}

export interface LoadedCompany {
  readonly id: string;
  readonly companyId: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface LoadedCollection {
  readonly id: string;
  readonly name: string;
  /** Undefined at the top. */
  readonly parentId: string | undefined;
}

export interface LoadedArticle {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly body: string;
  readonly state: string;
  /** Intercom's ids of the collections that hold it. */
  readonly collectionIds: readonly string[];
}
