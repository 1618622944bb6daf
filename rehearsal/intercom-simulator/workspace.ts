import { createLedger, type Ledger } from './ledger.ts';
import type {
  Admin,
  Article,
  Author,
  Collection,
  Company,
  Contact,
  Conversation,
  ConversationAttribute,
  CustomObjectType,
  DataAttribute,
  DeletedConversation,
  Tag,
  Team,
} from './objects.ts';
import type { Switches } from './switches.ts';

export interface WorkspaceOptions {
  readonly idCode: string;
  readonly region: string;
  readonly admins: readonly Admin[];
  readonly teams: readonly Team[];
  readonly switches: Switches;
}

/** Everything one simulated workspace holds, in memory. */
export class Workspace {
  readonly idCode: string;
  readonly region: string;
  readonly switches: Switches;
  readonly createdAt = nowSeconds();
  readonly admins: ReadonlyMap<string, Admin>;
  readonly teams: ReadonlyMap<string, Team>;
  readonly companies = new Map<string, Company>();
  readonly companyByCompanyId = new Map<string, Company>();
  /** By company_id. */
  readonly archivedCompanies = new Map<string, Company>();
  readonly contacts = new Map<string, Contact>();
  /** Archived ones too: they go on blocking their e-mail. */
  readonly contactsByEmail = new Map<string, Set<Contact>>();
  readonly contactByExternalId = new Map<string, Contact>();
  readonly dataAttributes = new Map<number, DataAttribute>();
  readonly conversationAttributes = new Map<number, ConversationAttribute>();
  readonly conversations = new Map<string, Conversation>();
  readonly conversationsByContact = new Map<string, Set<Conversation>>();
  readonly deletedConversations: DeletedConversation[] = [];
  readonly tags = new Map<string, Tag>();
  /** By identifier. */
  readonly objectTypes = new Map<string, CustomObjectType>();
  readonly collections = new Map<string, Collection>();
  readonly articles = new Map<string, Article>();
  readonly ledger: Ledger = createLedger();
  /** Writes the attribute events, as Intercom's own bot does. */
  readonly bot: Author = { type: 'bot', id: '900', name: 'Fin', email: 'operator@intercom.example' };
  private readonly adminAuthors = new Map<string, Author>();
  private lastNumber = 1_000;

  constructor(options: WorkspaceOptions) {
    this.idCode = options.idCode;
    this.region = options.region;
    this.switches = options.switches;
    this.admins = new Map(options.admins.map((admin) => [admin.id, admin]));
    this.teams = new Map(options.teams.map((team) => [team.id, team]));
  }

  /** The teammate that the token belongs to. */
  get tokenOwner(): Admin {
    const [owner] = this.admins.values();
    if (owner === undefined) throw new Error('The workspace has no teammate.');
    return owner;
  }

  /** A number that grows with every object of any kind. */
  nextNumber(): number {
    this.lastNumber += 1;
    return this.lastNumber;
  }

  /** 24 hexadecimal digits, beginning with the time as Intercom's do. */
  nextHexId(): string {
    return nowSeconds().toString(16).padStart(8, '0') + this.nextNumber().toString(16).padStart(16, '0');
  }

  /** One object per teammate: thousands of parts share it. */
  adminAuthor(admin: Admin): Author {
    const known = this.adminAuthors.get(admin.id);
    if (known !== undefined) return known;
    const author: Author = { type: 'admin', id: admin.id, name: admin.name, email: admin.email };
    this.adminAuthors.set(admin.id, author);
    return author;
  }

  contactAuthor(contact: Contact): Author {
    return { type: contact.role, id: contact.id, name: contact.name, email: contact.email };
  }

  /** Whether search shows an object by now. */
  isIndexed(object: { readonly storedAtMs: number }): boolean {
    return Date.now() - object.storedAtMs >= this.switches.searchLagMs;
  }
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
