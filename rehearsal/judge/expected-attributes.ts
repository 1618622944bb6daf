import type { DecidedAttribute, Decisions } from './decisions.ts';
import { objects } from './itop-objects.ts';

/** Values of custom attributes by their name in Intercom; `''` where iTop holds nothing. */
export type AttributeValues = ReadonlyMap<string, string>;

export interface ExpectedAttributes {
  /** By source key: `Contact::5`, `Organization::3`. */
  readonly values: ReadonlyMap<string, AttributeValues>;
  /** Names of attributes whose values only the pipeline's own reading of iTop could say. */
  readonly unsaid: ReadonlySet<string>;
}

/** Longest text Intercom keeps in an attribute. */
const LONGEST = 255;
const SAID = ['string', 'integer', 'boolean'];
const BOOLEANS: Readonly<Record<string, string>> = { yes: 'true', no: 'false', '1': 'true', '0': 'false' };

/** P1: what the mapping says of persons. Dates, decimals and sets are not said. */
export async function expectPersonAttributes(
  controlUrl: string,
  { ofPersons }: Decisions,
): Promise<ExpectedAttributes> {
  const said = ofPersons.filter(({ type }) => SAID.includes(type));
  const values = new Map<string, AttributeValues>();
  for await (const { id, text } of objects(controlUrl, 'Person')) {
    values.set(`Contact::${id}`, new Map(said.map((one) => [one.name, textOf(one, text(one.attribute))])));
  }
  return { values, unsaid: unsaidOf(ofPersons) };
}

/** C1, C2: what the mapping says of organizations, and their place in the tree. */
export async function expectOrganizationAttributes(
  controlUrl: string,
  { ofOrganizations }: Decisions,
): Promise<ExpectedAttributes> {
  const said = ofOrganizations.filter(({ type }) => SAID.includes(type));
  const organizations = new Map<
    string,
    { readonly name: string; readonly parent: string; readonly own: AttributeValues }
  >();
  for await (const { id, text } of objects(controlUrl, 'Organization')) {
    const own = new Map(said.map((one) => [one.name, textOf(one, text(one.attribute))]));
    organizations.set(id, { name: text('name').trim(), parent: text('parent_id'), own });
  }
  /** From the top to the organization; undefined where the tree runs in a circle. */
  const pathTo = (id: string, below: readonly string[] = []): string[] | undefined => {
    const organization = organizations.get(id);
    if (organization === undefined) return [];
    if (below.includes(id)) return undefined;
    const above = pathTo(organization.parent, [...below, id]);
    return above === undefined ? undefined : [...above, organization.name];
  };
  const values = new Map<string, AttributeValues>();
  for (const [id, { name, parent, own }] of organizations) {
    const path = pathTo(id) ?? [name];
    values.set(
      `Organization::${id}`,
      new Map([
        ['itop_organization_key', `Organization::${id}`],
        ['itop_parent_organization', cut(organizations.get(parent)?.name ?? '')],
        ['itop_path', cut(path.join(' / '))],
        ['itop_level', String(path.length)],
        ...own,
      ]),
    );
  }
  return { values, unsaid: unsaidOf(ofOrganizations) };
}

function unsaidOf(decided: readonly DecidedAttribute[]): Set<string> {
  return new Set(decided.filter(({ type }) => !SAID.includes(type)).map(({ name }) => name));
}

function textOf({ type, values }: DecidedAttribute, held: string): string {
  const value = values.get(held) ?? held.trim();
  return type === 'boolean' ? (BOOLEANS[value] ?? value) : cut(value);
}

function cut(text: string): string {
  return [...text].slice(0, LONGEST).join('');
}
