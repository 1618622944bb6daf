import { Dice } from './dice.ts';
import type { Sizes } from './settings.ts';
import type { StoredClass, StoredFields } from './stored-class.ts';
import { ORGANIZATION_NAMES } from './words.ts';

/** The organization the agents belong to. */
export const PROVIDER_ORG = 1;

/** Positions of organizations with a property that tests and rules ask for. */
const INACTIVE = 6;
const WITHOUT_CODE = [4, 9];
const SAME_CODE = [5, 8];
/** Two organizations of one name, as mergers leave behind. */
const SAME_NAME = [3, 11];

/** Id of the organization at a position; every eleventh id is a gap. */
export function organizationId(position: number): number {
  return position + 1 + Math.floor(position / 10);
}

function positionOf(id: number): number {
  return id - 1 - Math.floor((id - 1) / 11);
}

/** Position of the parent: the provider and the first six customers are roots, below them is a tree of three levels. */
function parentPosition(position: number): number | undefined {
  if (position < 7) return undefined;
  if (position === 7) return 1;
  return position % 3 === 0 ? 7 : 1 + (position % 5);
}

function codeAt(position: number): string {
  if (WITHOUT_CODE.includes(position)) return '';
  if (SAME_CODE.includes(position)) return 'DUP-1';
  return position % 7 === 2 ? `c ${position}/é` : `ORG-${String(position).padStart(3, '0')}`;
}

function nameAt(position: number): string {
  if (position === 0) return 'IT Department';
  const index = SAME_NAME.includes(position) ? 2 : (position - 1) % ORGANIZATION_NAMES.length;
  const name = ORGANIZATION_NAMES[index] ?? 'Customer';
  const round = Math.floor((position - 1) / ORGANIZATION_NAMES.length);
  return round === 0 ? name : `${name} – Division ${round}`;
}

export function organizationClass(seed: number, sizes: Sizes): StoredClass {
  const last = organizationId(sizes.organizations - 1);
  const has = (id: number) => id >= 1 && id <= last && organizationId(positionOf(id)) === id;
  return {
    name: 'Organization',
    has,
    *ids(from, to) {
      for (let id = Math.max(1, from); id < Math.min(to, last + 1); id++) if (has(id)) yield id;
    },
    read(id): StoredFields {
      const position = positionOf(id);
      const parent = parentPosition(position);
      const dice = new Dice(seed, 'Organization', id);
      return {
        name: nameAt(position),
        code: codeAt(position),
        status: position === INACTIVE ? 'inactive' : 'active',
        parent_id: parent === undefined ? '0' : String(organizationId(parent)),
        overview: dice.chance(0.1) ? 'Überblick\nzweite Zeile' : '',
        deliverymodel_id: '0',
        obsolescence_date: position === INACTIVE ? '2024-01-15' : '',
      };
    },
  };
}
