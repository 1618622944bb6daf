import { Dice } from './dice.ts';
import { organizationId, PROVIDER_ORG } from './organizations.ts';
import type { Sizes } from './settings.ts';
import { keyedClass, type StoredClass, type StoredFields } from './stored-class.ts';
import { FIRST_NAMES, FUNCTIONS, LAST_NAMES } from './words.ts';

/** Teams and persons are both contacts and share one id sequence: teams are 1 to 6, persons start here. */
const FIRST_PERSON = 10;
/** The agent whose person has no e-mail address. */
export const AGENT_WITHOUT_EMAIL = 3;
/** An agent who left: the person is inactive, the account disabled. */
export const AGENT_WHO_LEFT = 6;

export type PortalAccess = 'none' | 'portal' | 'portal+power' | 'portal+rest' | 'disabled';

interface SpecialPerson {
  readonly first: string;
  readonly last: string;
  readonly email: string;
  /** Position of the organization. */
  readonly org: number;
  readonly account: PortalAccess;
  readonly inactive?: boolean;
}

function special(first: string, last: string, email: string, org: number, account: PortalAccess, inactive = false) {
  return { first, last, email, org, account, inactive } satisfies SpecialPerson;
}

/** People with a property that tickets, rules or tests ask for; they come right after the agents. */
const SPECIAL_PEOPLE = {
  caller: special('Noémie', 'Fabre', 'noemie.fabre@helvetia.example', 1, 'portal'),
  colleague: special('Noé', 'Fabre', 'noe.fabre@helvetia.example', 1, 'portal'),
  secondColleague: special('Ingrid', 'Østergård', 'ingrid.o@helvetia.example', 1, 'portal'),
  powerUser: special('Amadou', 'Diallo', 'amadou.diallo@brasserie.example', 2, 'portal+power'),
  restUser: special('Dmitri', "O'Brien", 'dmitri.obrien@brasserie.example', 2, 'portal+rest'),
  outsider: special('Zeynep', 'Kaya', 'zeynep.kaya@kestrel.example', 3, 'portal'),
  linkedOutsider: special('Lars', 'Østergård', 'lars.ostergard@kestrel.example', 3, 'portal'),
  mailWriter: special('Jean-Luc', 'Mc Gregor', 'jl.mcgregor@helvetia.example', 1, 'none'),
  disabledUser: special('Marek', 'Wójcik', 'marek.wojcik@helvetia.example', 1, 'disabled'),
  withoutEmail: special('Aurélie', 'Simon', '', 2, 'none'),
  halfAddress: special('Olga', 'Nowak', 'nobody@', 2, 'none'),
  noAddress: special('Hans', 'Krüger', 'not an address', 3, 'none'),
  sharedA: special('Accueil', 'Nord', 'shared.mailbox@dup.example', 1, 'none'),
  sharedB: special('Réception', 'Sud', 'Shared.Mailbox@dup.example', 2, 'none'),
  sharedC: special('Frontdesk', 'Office', 'SHARED.MAILBOX@DUP.EXAMPLE', 3, 'portal'),
  sharedD: special('Empfang', 'West', ' shared.mailbox@dup.example', 4, 'none', true),
  mixedCase: special('Petra', 'Novotná', 'Petra.NOVOTNA@Nordlicht.Example', 5, 'portal'),
  inactive: special('Agnieszka', 'Tanaka 田中', 'agnieszka.tanaka@nordlicht.example', 5, 'none', true),
  withoutFirstName: special('', 'Solo', 'q.solo@kestrel.example', 3, 'portal'),
  punctuation: special('-', '.', 'dash.dot@kestrel.example', 3, 'portal'),
  addressAsName: special('info@lumen.example', 'fabre.n@lumen.example', 'info@lumen.example', 8, 'portal'),
  sameNameA: special('Yann', 'Le Goff', 'yann.legoff@brasserie.example', 2, 'portal'),
  sameNameB: special('Yann', 'LE GOFF', 'y.legoff@brasserie-div.example', 2, 'portal'),
  rightToLeft: special('ليلى', 'حداد', 'layla.haddad@ocean.example', 4, 'portal'),
  markup: special('<b>Bold</b>', '=HYPERLINK("x")', 'plus+tag@ocean.example', 4, 'portal'),
  inactiveOrg: special('Théo', 'Vasseur', 'theo.vasseur@pinewood.example', 6, 'none'),
} as const satisfies Record<string, SpecialPerson>;

export type SpecialPersonName = keyof typeof SPECIAL_PEOPLE;
const SPECIAL_NAMES = Object.keys(SPECIAL_PEOPLE) as SpecialPersonName[];

/** What tickets need to know about a person. */
export interface GeneratedPerson {
  readonly id: number;
  readonly first: string;
  readonly last: string;
  readonly email: string;
  readonly orgId: number;
  readonly isAgent: boolean;
  readonly isInactive: boolean;
  readonly account: PortalAccess | 'agent';
}

/** iTop's friendly name of a person: first and last name, also when one of them is empty. */
export function personName(person: { readonly first: string; readonly last: string }): string {
  return `${person.first} ${person.last}`;
}

/** The persons of the generated iTop: agents first, then the special people, then everybody else. */
export class People {
  readonly agents: number;
  readonly count: number;
  private readonly seed: number;
  private readonly organizations: number;

  constructor(seed: number, sizes: Sizes) {
    this.seed = seed;
    this.agents = sizes.agents;
    this.count = sizes.persons;
    this.organizations = sizes.organizations;
  }

  /** Id of the person at a position; every twelfth id is a gap. */
  id(position: number): number {
    return FIRST_PERSON + position + Math.floor(position / 11);
  }

  /** Position of the person with an id, or undefined where there is none. */
  position(id: number): number | undefined {
    const position = id - FIRST_PERSON - Math.floor((id - FIRST_PERSON) / 12);
    return position >= 0 && position < this.count && this.id(position) === id ? position : undefined;
  }

  special(name: SpecialPersonName): GeneratedPerson {
    return this.at(this.agents + SPECIAL_NAMES.indexOf(name));
  }

  agent(number: number): GeneratedPerson {
    return this.at(number % this.agents);
  }

  /** Anybody who is neither agent nor special. */
  ordinary(dice: Dice): GeneratedPerson {
    return this.at(dice.between(this.agents + SPECIAL_NAMES.length, this.count - 1));
  }

  at(position: number): GeneratedPerson {
    const id = this.id(position);
    if (position < this.agents) return this.agentAt(position, id);
    const name = SPECIAL_NAMES[position - this.agents];
    if (name !== undefined) {
      const { first, last, email, org, account, inactive } = SPECIAL_PEOPLE[name];
      return { id, first, last, email, orgId: organizationId(org), isAgent: false, isInactive: inactive, account };
    }
    const dice = new Dice(this.seed, 'Person', id);
    const [first, firstSlug] = dice.pick(FIRST_NAMES);
    const [last, lastSlug] = dice.pick(LAST_NAMES);
    const org = dice.between(1, this.organizations - 1);
    const address = `${firstSlug}.${lastSlug}${id}@org${org}.example`;
    const email = dice.weighted([
      [address, 85],
      [`${firstSlug}.${lastSlug}${id}@Org${org}.Example`, 7],
      ['', 5],
      [`office@org${org}.example`, 3],
    ]);
    const account = dice.weighted<PortalAccess>([
      ['portal', 45],
      ['none', 45],
      ['portal+power', 4],
      ['portal+rest', 3],
      ['disabled', 3],
    ]);
    return {
      id,
      first,
      last,
      email,
      orgId: organizationId(org),
      isAgent: false,
      isInactive: dice.chance(0.06),
      account,
    };
  }

  private agentAt(position: number, id: number): GeneratedPerson {
    const [first, firstSlug] = FIRST_NAMES[position % 26] ?? ['Ada', 'ada'];
    const [last, lastSlug] = LAST_NAMES[(position * 7 + Math.floor(position / 26)) % 21] ?? ['Berger', 'berger'];
    const domain = position % 2 === 0 ? 'ITSM.example' : 'itsm.example';
    const email = position === AGENT_WITHOUT_EMAIL ? '' : `${firstSlug}.${lastSlug}.agent${position}@${domain}`;
    const isInactive = position === AGENT_WHO_LEFT;
    return { id, first, last, email, orgId: PROVIDER_ORG, isAgent: true, isInactive, account: 'agent' };
  }
}

export function personClass(seed: number, people: People): StoredClass {
  const end = people.id(people.count - 1) + 1;
  return {
    name: 'Person',
    has: (id) => people.position(id) !== undefined,
    *ids(from, to) {
      for (let id = Math.max(FIRST_PERSON, from); id < Math.min(to, end); id++) {
        if (people.position(id) !== undefined) yield id;
      }
    },
    read(id): StoredFields {
      const position = people.position(id);
      if (position === undefined) throw new Error(`Person::${id} does not exist in the generated iTop`);
      const person = people.at(position);
      const dice = new Dice(seed, 'Person.details', id);
      return {
        name: person.last,
        status: person.isInactive ? 'inactive' : 'active',
        org_id: String(person.orgId),
        email: person.email,
        phone: dice.chance(0.4) ? `+41 44 555 ${dice.between(10, 99)} ${dice.between(10, 99)}` : '',
        notify: dice.chance(0.9) ? 'yes' : 'no',
        function: dice.pick(FUNCTIONS),
        picture: { data: '', mimetype: '', filename: '', downloads_count: 0 },
        first_name: person.first,
        employee_number: dice.chance(0.5) ? `E${id}` : '',
        mobile_phone: dice.chance(0.3) ? `+33 6 12 34 ${dice.between(10, 99)} ${dice.between(10, 99)}` : '',
        location_id: '0',
        manager_id: !person.isAgent && dice.chance(0.2) ? String(people.special('caller').id) : '0',
        acme_badge: '',
        acme_vip: dice.chance(0.05) ? 'yes' : 'no',
        acme_hire_date: dice.chance(0.3) ? `20${dice.between(10, 22)}-0${dice.between(1, 9)}-01` : '',
        obsolescence_date: '',
      };
    },
  };
}

const TEAM_NAMES = ['Support Niveau 1', 'Network support', 'Apps – Core', 'Workplace', 'Datenbank-Team', 'Old team'];

export function teamClass(): StoredClass {
  return keyedClass(
    'Team',
    new Map(
      TEAM_NAMES.map((name, index) => [
        index + 1,
        {
          name,
          status: name === 'Old team' ? 'inactive' : 'active',
          org_id: String(PROVIDER_ORG),
          email: index === 3 ? '' : `team${index + 1}@ITSM.example`,
          phone: '',
          notify: 'yes',
          function: '',
          obsolescence_date: '',
        },
      ]),
    ),
  );
}

/** Every agent is in one team, every third in a second one. */
export function personToTeamClass(people: People): StoredClass {
  const rows = new Map<number, StoredFields>();
  for (let agent = 0; agent < people.agents; agent++) {
    const teams = agent % 3 === 0 ? [agent % 5, (agent + 1) % 5] : [agent % 5];
    for (const [place, team] of teams.entries()) {
      const person = people.agent(agent);
      rows.set(agent * 2 + place + 1, { team_id: String(team + 1), person_id: String(person.id), role_id: '0' });
    }
  }
  return keyedClass('lnkPersonToTeam', rows);
}

/** Team an agent works in, as the ticket's team. */
export function teamOfAgent(position: number): number {
  return (position % 5) + 1;
}
