import type { GivenObject } from './land-objects.ts';
import type { AnswerKey } from './score-proposal.ts';

/*
 * Classes that no iTop has: names are drawn from lists, every attribute is of one of iTop's types and comes with the home that
 * this type has by the rules. What a name may suggest is drawn apart from the type, so that names help and mislead as they do
 * in a real extension.
 */

export interface GeneratedSchema {
  readonly classes: readonly string[];
  readonly objects: Readonly<Record<string, GivenObject>>;
  readonly key: AnswerKey;
}

const nouns = ['Vehicle', 'Badge', 'Contractor', 'Parcel', 'Room', 'Permit', 'Machine', 'Course', 'Sensor', 'Lease'];
const words = [
  'plate',
  'owner_note',
  'floor',
  'opening',
  'purpose',
  'weight',
  'colour',
  'supplier_code',
  'renewal',
  'inspection',
  'grade',
  'zone',
  'remarks',
  'manual_text',
  'insurance',
  'kilometres',
  'budget',
  'shift',
  'reference_no',
  'next_visit',
  'terms',
  'category',
  'size',
  'origin_place',
  'door_code',
  'pass_key',
  'wifi_password',
  'alarm_pin',
  'api_token',
  'licence_no',
  'picture_front',
  'contract_scan',
  'history_log',
  'activity',
];

type Home = 'attribute' | 'handoff' | 'dropped';

interface TypeOfAttribute {
  readonly name: string;
  readonly home: Home;
  readonly value: (roll: number) => unknown;
}

/** One attribute of each of iTop's types, with values as REST gives them. */
const types: readonly TypeOfAttribute[] = [
  { name: 'string', home: 'attribute', value: (n) => `Text ${n} de l’atelier` },
  { name: 'text', home: 'attribute', value: (n) => (n % 3 === 0 ? '' : `Line one\nline ${n}`) },
  { name: 'long text', home: 'attribute', value: (n) => (n % 2 === 0 ? 'word '.repeat(80) : 'short') },
  { name: 'html', home: 'handoff', value: (n) => `<p>Paragraph <b>${n}</b></p>` },
  { name: 'integer', home: 'attribute', value: (n) => String(n * 7) },
  { name: 'decimal', home: 'attribute', value: (n) => `${n}.50` },
  { name: 'boolean', home: 'attribute', value: (n) => n % 2 === 0 },
  { name: 'date', home: 'attribute', value: (n) => `2024-0${1 + (n % 9)}-11` },
  { name: 'date and time', home: 'attribute', value: (n) => `2024-0${1 + (n % 9)}-11 08:30:00` },
  { name: 'enumeration', home: 'attribute', value: (n) => ['draft', 'in_use', 'gone'][n % 3] },
  { name: 'set of an enumeration', home: 'attribute', value: (n) => (n % 2 === 0 ? 'indoor, mobile' : '') },
  { name: 'tags', home: 'attribute', value: (n) => (n % 2 === 0 ? ['vip', 'billing'] : []) },
  { name: 'address', home: 'attribute', value: (n) => `person${n}@site.example` },
  { name: 'never filled', home: 'attribute', value: () => '' },
  {
    name: 'log',
    home: 'handoff',
    value: (n) => ({
      entries:
        n % 2 === 0
          ? []
          : [{ date: '2024-01-01 10:00:00', user_login: 'A', user_id: '1', message: 'x', message_html: 'x' }],
    }),
  },
  {
    name: 'file',
    home: 'handoff',
    value: (n) => ({
      data: n % 2 === 0 ? '' : 'eA==',
      mimetype: n % 2 === 0 ? '' : 'text/plain',
      filename: '',
      downloads_count: 0,
    }),
  },
  { name: 'one-way password', home: 'dropped', value: () => '*****' },
  { name: 'set of links', home: 'dropped', value: () => [{ name: 'x' }] },
];
const secretWords = ['door_code', 'pass_key', 'wifi_password', 'alarm_pin', 'api_token'];
const persons = ['owner', 'driver', 'trainer', 'tenant'];
const things = ['site', 'brand', 'workshop', 'depot'];

/** A schema of so many classes; the same seed gives the same. */
export function generateSchema(seed: number, classCount: number, objectsPerClass = 24): GeneratedSchema {
  const next = dice(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const classes: string[] = [];
  const objects: Record<string, GivenObject> = {};
  const attributes: Record<string, Record<string, string[]>> = {};
  for (let i = 0; i < classCount; i++) {
    const name = `Acme${nouns[i % nouns.length]}${i}`;
    classes.push(name);
    const homes: Record<Home, string[]> = { attribute: [], handoff: [], dropped: [] };
    const makers: Record<string, (roll: number) => unknown> = {};
    const add = (code: string, home: Home, value: (roll: number) => unknown): void => {
      if (code in makers) return;
      makers[code] = value;
      homes[home].push(code);
    };
    add('name', 'attribute', (n) => `${name} ${n}`);
    add('friendlyname', 'dropped', (n) => `${name} ${n}`);
    add('obsolescence_flag', 'dropped', () => false);
    add('obsolescence_date', 'dropped', () => '');
    for (const type of types) {
      const word = pick(words.filter((one) => !secretWords.includes(one)));
      add(type.name === 'set of links' ? `${word}_list` : `${word}_${Math.floor(next() * 9)}`, type.home, type.value);
    }
    // A secret in clear text, as iTop shows its encrypted fields.
    add(pick(secretWords), 'dropped', (n) => `Zx${n}!q`);
    const person = pick(persons);
    add(`${person}_id`, 'dropped', (n) => String(n + 1));
    add(`${person}_id_friendlyname`, 'attribute', (n) => `Ada Nr${n}`);
    add(`${person}_name`, 'dropped', (n) => `Nr${n}`);
    add(`${person}_email`, 'dropped', (n) => `ada${n}@site.example`);
    add(`${person}_id_obsolescence_flag`, 'dropped', () => '');
    const thing = pick(things);
    add(`${thing}_id`, 'dropped', (n) => String(1 + (n % 3)));
    add(`${thing}_name`, 'attribute', (n) => `Thing ${n % 3}`);
    add(`${thing}_id_friendlyname`, 'dropped', (n) => `Thing ${n % 3}`);
    add(`${thing}_id_finalclass_recall`, 'dropped', () => 'Thing');
    for (let n = 1; n <= objectsPerClass; n++) {
      objects[`${name}::${n}`] = {
        class: name,
        fields: Object.fromEntries(Object.entries(makers).map(([code, value]) => [code, value(n)])),
      };
    }
    attributes[name] = homes;
  }
  return { classes, objects, key: { classes: { custom_object: classes }, everywhere: {}, attributes } };
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
