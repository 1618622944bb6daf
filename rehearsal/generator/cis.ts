import type { People } from './contacts.ts';
import { Dice } from './dice.ts';
import { organizationId } from './organizations.ts';
import { otherTicketClass } from './other-tickets.ts';
import type { Sizes } from './settings.ts';
import { countedClass, emptyFields, type StoredClass, type StoredFields } from './stored-class.ts';
import { ticketId } from './ticket-plan.ts';

const PHYSICAL = 'serialnumber location_id brand_id model_id asset_number purchase_date end_of_warranty';
const DATACENTER = `${PHYSICAL} rack_id enclosure_id nb_u managementip powerA_id powerB_id redundancy`;
const SYSTEM = 'osfamily_id osversion_id cpu ram';

/** Final classes of CIs in turn, with a name and what each has beside the common attributes. */
const KINDS: readonly (readonly [string, string, StoredFields])[] = [
  ['PC', 'PC', { ...emptyFields(`${PHYSICAL} ${SYSTEM}`), status: 'production', type: 'desktop' }],
  ['Server', 'srv', { ...emptyFields(`${DATACENTER} ${SYSTEM} oslicence_id`), status: 'production' }],
  ['PC', 'LT', { ...emptyFields(`${PHYSICAL} ${SYSTEM}`), status: 'stock', type: 'laptop' }],
  [
    'VirtualMachine',
    'vm',
    { ...emptyFields(`virtualhost_id ${SYSTEM} oslicence_id managementip`), status: 'production' },
  ],
  ['Printer', 'Imprimante', { ...emptyFields(PHYSICAL), status: 'production' }],
  [
    'NetworkDevice',
    'sw',
    { ...emptyFields(`${DATACENTER} networkdevicetype_id iosversion_id ram`), status: 'production' },
  ],
  ['MobilePhone', 'GSM', { ...emptyFields(`${PHYSICAL} phonenumber imei hw_pin`), status: 'production' }],
  ['ApplicationSolution', 'App', { status: 'active', redundancy: 'disabled' }],
  ['DBServer', 'db', { ...emptyFields('system_id software_id softwarelicence_id path'), status: 'active' }],
];

/** A fifth as many CIs as tickets, at least 18. */
function ciCount(sizes: Sizes): number {
  return Math.max(18, Math.floor(sizes.tickets / 5));
}

function kindOf(id: number): (typeof KINDS)[number] {
  return KINDS[(id - 1) % KINDS.length] as (typeof KINDS)[number];
}

function ciName(id: number): string {
  // Long enough that a few of them do not fit into one attribute of Intercom.
  if (id % 11 === 0)
    return `${kindOf(id)[1]}-${id} – bâtiment principal, troisième étage, salle des machines « nord », baie ${id} (maintenance par le prestataire)`;
  return `${kindOf(id)[1]}-${String(id).padStart(4, '0')}`;
}

/** Functional CIs: one sequence of ids over all final classes. */
export function ciClasses(seed: number, sizes: Sizes): StoredClass[] {
  const names = [...new Set(KINDS.map(([name]) => name))];
  return names.map((name) =>
    countedClass(
      name,
      ciCount(sizes),
      (id) => {
        const dice = new Dice(seed, 'FunctionalCI', id);
        return {
          name: ciName(id),
          description: dice.chance(0.2) ? 'ligne 1\nligne "2"; fin' : '',
          org_id: String(organizationId(dice.between(1, sizes.organizations - 1))),
          business_criticity: dice.pick(['low', 'medium', 'high']),
          move2production: dice.chance(0.3) ? '2021-05-06' : '',
          obsolescence_date: '',
          ...kindOf(id)[2],
          ...(kindOf(id)[2].serialnumber === undefined
            ? {}
            : { serialnumber: `SN${id}`, asset_number: `AN${id}`, location_id: '1' }),
          ...(name === 'MobilePhone'
            ? { phonenumber: '+41 79 555 00 11', imei: '35-209900-176148-1', hw_pin: '4711' }
            : {}),
        };
      },
      (id) => kindOf(id)[0] === name,
    ),
  );
}

/** No ticket has more CI links than this. */
const LINKS_PER_TICKET = 8;

/** A third of all tickets, of whatever class, are linked to one to four CIs. */
export function ciToTicketClass(seed: number, sizes: Sizes): StoredClass {
  const last = ticketId(sizes.tickets - 1);
  const cis = ciCount(sizes);
  const countOf = (ticket: number): number => {
    if (ticket > last || (ticket % 9 === 0 && otherTicketClass(ticket) === undefined)) return 0;
    const dice = new Dice(seed, 'lnkFunctionalCIToTicket', ticket);
    return dice.chance(0.33) ? dice.between(1, 4) : 0;
  };
  const has = (id: number) =>
    id >= LINKS_PER_TICKET && id % LINKS_PER_TICKET < countOf(Math.floor(id / LINKS_PER_TICKET));
  return {
    name: 'lnkFunctionalCIToTicket',
    ownerKey: { attribute: 'ticket_id', idsPerOwner: LINKS_PER_TICKET },
    has,
    *ids(from, to) {
      const end = Math.min(to, (last + 1) * LINKS_PER_TICKET);
      for (let id = Math.max(LINKS_PER_TICKET, from); id < end; id++) if (has(id)) yield id;
    },
    read(id): StoredFields {
      const ticket = Math.floor(id / LINKS_PER_TICKET);
      const place = id % LINKS_PER_TICKET;
      const first = new Dice(seed, 'lnkFunctionalCIToTicket.first', ticket).between(0, cis - 1);
      return {
        ticket_id: String(ticket),
        functionalci_id: String(((first + place * 11) % cis) + 1),
        impact: place === 2 ? 'lent; "très" lent' : '',
        impact_code: new Dice(seed, 'lnkFunctionalCIToTicket.code', id).weighted([
          ['manual', 6],
          ['computed', 3],
          ['not_impacted', 1],
        ]),
      };
    },
  };
}

/** Every CI of the first ones has a contact. */
export function contactToCiClass(people: People, sizes: Sizes): StoredClass {
  return countedClass('lnkContactToFunctionalCI', Math.min(12, ciCount(sizes)), (id) => ({
    functionalci_id: String(id),
    contact_id: String(id % 4 === 0 ? 1 : people.at(people.agents + id).id),
  }));
}
