import type { GeneratedPerson, People } from './contacts.ts';
import { PROVIDER_ORG } from './organizations.ts';
import { listedClass, type StoredClass, type StoredFields } from './stored-class.ts';

/** Profile ids as iTop ships them. */
const PROFILE = {
  administrator: 1,
  portalUser: 2,
  serviceDeskAgent: 4,
  supportAgent: 5,
  portalPowerUser: 12,
  restServicesUser: 1024,
} as const;

const PROFILE_NAMES: readonly (readonly [number, string, string])[] = [
  [1, 'Administrator', 'Has the rights on everything (bypassing any control)'],
  [2, 'Portal user', 'Has the rights to access to the user portal.'],
  [3, 'Configuration Manager', 'Person in charge of the documentation of the managed CIs'],
  [4, 'Service Desk Agent', 'Person in charge of creating incident reports'],
  [5, 'Support Agent', 'Person analyzing and solving the current incidents'],
  [6, 'Problem Manager', 'Person analyzing and solving the current problems'],
  [7, 'Change Implementor', 'Person executing the changes'],
  [8, 'Change Supervisor', 'Person responsible for the overall change execution'],
  [9, 'Change Approver', 'Person who could be impacted by some changes'],
  [10, 'Service Manager', 'Person responsible for the service delivered to the [internal] customer'],
  [11, 'Document author', 'Any person who could contribute to documentation'],
  [
    12,
    'Portal power user',
    'Users having this profile will have the rights to see all the tickets for a customer in the portal.',
  ],
  [1024, 'REST Services User', 'Only users having this profile are allowed to use the REST Web Services'],
];

interface TechnicalAccount {
  readonly login: string;
  readonly profiles: readonly number[];
  readonly status?: 'disabled';
  /** Position of the agent the account belongs to; accounts without person have none. */
  readonly agent?: number;
  readonly allowedOrg?: number;
}

/** Accounts 1 to 9: one for each way a login can be treated. */
const TECHNICAL_ACCOUNTS: readonly TechnicalAccount[] = [
  { login: 'admin', profiles: [PROFILE.administrator, PROFILE.restServicesUser] },
  { login: 'agent.rest', profiles: [PROFILE.supportAgent, PROFILE.serviceDeskAgent, PROFILE.restServicesUser] },
  { login: 'norest', profiles: [PROFILE.supportAgent] },
  { login: 'portal.rest', profiles: [PROFILE.portalUser, PROFILE.restServicesUser] },
  { login: 'power.rest', profiles: [PROFILE.portalPowerUser, PROFILE.restServicesUser] },
  { login: 'restricted.rest', profiles: [PROFILE.supportAgent, PROFILE.restServicesUser], allowedOrg: 2 },
  { login: 'disabled.rest', profiles: [PROFILE.supportAgent, PROFILE.restServicesUser], status: 'disabled' },
  { login: 'svc.gateway', profiles: [PROFILE.supportAgent, PROFILE.restServicesUser] },
  { login: 'second.account', profiles: [PROFILE.supportAgent], agent: 2 },
];

/** An account without person whose log entries show its login. */
export const GATEWAY_ACCOUNT = { id: 8, login: 'svc.gateway' } as const;
/** Accounts that no longer exist; their log entries keep the name. */
export const DELETED_ACCOUNTS = [19, 999_999] as const;

/** Accounts of persons: 20 + position of the person; where somebody has no account the id is a gap. */
const FIRST_PERSON_ACCOUNT = 20;

interface Account {
  readonly login: string;
  readonly profiles: readonly number[];
  readonly status: 'enabled' | 'disabled';
  readonly contactId: number;
  readonly allowedOrg?: number;
}

const PORTAL_PROFILES: Readonly<Record<string, readonly number[]>> = {
  portal: [PROFILE.portalUser],
  disabled: [PROFILE.portalUser],
  'portal+power': [PROFILE.portalUser, PROFILE.portalPowerUser],
  'portal+rest': [PROFILE.portalUser, PROFILE.restServicesUser],
};

function accountOf(people: People, id: number): Account | undefined {
  const technical = TECHNICAL_ACCOUNTS[id - 1];
  if (technical !== undefined) {
    const contactId = technical.agent === undefined ? 0 : people.agent(technical.agent).id;
    return { ...technical, status: technical.status ?? 'enabled', contactId };
  }
  const position = id - FIRST_PERSON_ACCOUNT;
  if (position < 0 || position >= people.count) return undefined;
  const person = people.at(position);
  const status = person.isInactive || person.account === 'disabled' ? 'disabled' : 'enabled';
  if (person.account === 'agent') {
    const profiles = position % 2 === 0 ? [PROFILE.supportAgent, PROFILE.serviceDeskAgent] : [PROFILE.supportAgent];
    return { login: `agent${position}`, profiles, status, contactId: person.id };
  }
  const profiles = PORTAL_PROFILES[person.account];
  return profiles && { login: `portal${id}`, profiles, status, contactId: person.id };
}

/** Id of a person's account, or undefined for somebody who has none. */
export function accountIdOf(people: People, person: GeneratedPerson): number | undefined {
  const position = people.position(person.id);
  if (position === undefined || person.account === 'none') return undefined;
  return FIRST_PERSON_ACCOUNT + position;
}

export function userLocalClass(people: People): StoredClass {
  const end = FIRST_PERSON_ACCOUNT + people.count;
  return {
    name: 'UserLocal',
    has: (id) => accountOf(people, id) !== undefined,
    *ids(from, to) {
      for (let id = Math.max(1, from); id < Math.min(to, end); id++) {
        if (accountOf(people, id) !== undefined) yield id;
      }
    },
    read(id): StoredFields {
      const account = accountOf(people, id);
      if (account === undefined) throw new Error(`UserLocal::${id} does not exist in the generated iTop`);
      return {
        contactid: String(account.contactId),
        login: account.login,
        language: id % 3 === 0 ? 'FR FR' : 'EN US',
        status: account.status,
        log: { entries: [] },
        reset_pwd_token: '*****',
        password: '*****',
        expiration: 'never_expire',
        password_renewed_date: '2024-01-01',
      };
    },
  };
}

/** Link ids leave room for eight profiles an account, so that a link can be made from its id alone. */
const LINKS_PER_ACCOUNT = 8;

export function userProfileClass(people: People): StoredClass {
  const at = (id: number) => {
    const userId = Math.floor(id / LINKS_PER_ACCOUNT);
    const profile = accountOf(people, userId)?.profiles[id % LINKS_PER_ACCOUNT];
    return profile === undefined ? undefined : { userId, profile };
  };
  const end = (FIRST_PERSON_ACCOUNT + people.count) * LINKS_PER_ACCOUNT;
  return {
    name: 'URP_UserProfile',
    ownerKey: { attribute: 'userid', idsPerOwner: LINKS_PER_ACCOUNT },
    has: (id) => at(id) !== undefined,
    *ids(from, to) {
      for (let id = Math.max(1, from); id < Math.min(to, end); id++) if (at(id) !== undefined) yield id;
    },
    read(id): StoredFields {
      const link = at(id);
      if (link === undefined) throw new Error(`URP_UserProfile::${id} does not exist in the generated iTop`);
      return { userid: String(link.userId), profileid: String(link.profile), reason: '' };
    },
  };
}

export function userOrgClass(): StoredClass {
  const rows = TECHNICAL_ACCOUNTS.flatMap((account, index) =>
    account.allowedOrg === undefined
      ? []
      : [PROVIDER_ORG, account.allowedOrg].map((org) => ({
          userid: String(index + 1),
          allowed_org_id: String(org),
          reason: '',
        })),
  );
  return listedClass('URP_UserOrg', rows);
}

export function profilesClass(): StoredClass {
  return {
    name: 'URP_Profiles',
    has: (id) => PROFILE_NAMES.some(([profile]) => profile === id),
    ids: (from, to) => PROFILE_NAMES.map(([id]) => id).filter((id) => id >= from && id < to),
    read(id): StoredFields {
      const profile = PROFILE_NAMES.find(([number]) => number === id);
      if (profile === undefined) throw new Error(`URP_Profiles::${id} does not exist in the generated iTop`);
      return { name: profile[1], description: profile[2] };
    },
  };
}
