import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { RefusedError } from '../../platform/errors.ts';
import { insertRows, warehouse } from '../../platform/warehouse.ts';
import { applyViews } from '../apply-views.ts';
import type { Improvement } from './ask-model.ts';
import type { ClassProfile } from './class-profile.ts';
import { formatMapping } from './format-mapping.ts';
import { readKnownMapping } from './known-mapping.ts';
import type { Confidence, Destination, Mapping } from './mapping-schema.ts';
import { profileRaw } from './profile-raw.ts';
import { customObjectCandidates } from './propose-class.ts';
import {
  entriesOf,
  keepDecisions,
  type ProposalChange,
  type ProposalOptions,
  proposeMapping,
} from './propose-mapping.ts';
import { parseMapping, readMappingText, writeMappingText } from './read-mapping.ts';

export interface ProposeRequest extends Omit<ProposalOptions, 'customObjects'> {
  readonly pool: pg.Pool;
  readonly file: string;
  /** Which of these custom object types the workspace has; none unless it can be asked. */
  readonly existingTypes?: (candidates: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Improves the proposal for classes and attributes of the site's own; the result is a proposal like any other. */
  readonly improve?: (proposal: Mapping, profiles: readonly ClassProfile[]) => Promise<Improvement>;
}

export interface ProposeOutcome {
  readonly file: string;
  readonly isNew: boolean;
  readonly classes: number;
  readonly attributes: number;
  readonly byConfidence: Readonly<Record<Confidence, number>>;
  readonly changes: readonly ProposalChange[];
  /** What came of asking a model; undefined where none is configured. */
  readonly modelNote?: string;
}

/** Proposes a mapping from what raw holds and writes it to the file; decisions of a person in the file are kept. */
export async function runPropose(request: ProposeRequest): Promise<ProposeOutcome> {
  const { pool, file } = request;
  const text = readMappingText(file);
  const present = text === undefined ? undefined : parseMapping(text, file);
  // A mapping is proposed before the first transform: the views over raw may not be there yet.
  await applyViews(pool);
  const profiles = await profileRaw(pool);
  if (profiles.length === 0) {
    throw new RefusedError('There is nothing to propose a mapping from: raw holds no object.', {
      stage: 'map propose',
      nextStep: 'itop-to-intercom extract',
    });
  }
  refuseUnknownClasses(profiles, request.chosen);
  const existing = await request.existingTypes?.(customObjectCandidates(profiles));
  const customObjects = new Set([...(existing ?? []), ...customObjectsOf(present?.mapping)]);
  const plain = proposeMapping(profiles, await readKnownMapping(pool), { ...request, customObjects });
  const improved = await request.improve?.(plain, profiles);
  const proposal = improved?.mapping ?? plain;
  const last = await warehouse(pool).selectFrom('ops.mapping_proposal').select(['entry_key', 'proposal']).execute();
  const remembered = last.length === 0 ? undefined : new Map(last.map((row) => [row.entry_key, row.proposal]));
  const { mapping, changes } =
    present === undefined
      ? { mapping: proposal, changes: [] }
      : keepDecisions(proposal, withoutChosen(present.mapping, request.chosen), remembered);
  await rememberProposal(pool, proposal, request.chosen);
  writeMappingText(file, formatMapping(mapping, profiles));
  const entries = Object.values(mapping.classes).flatMap((entry) => [entry, ...Object.values(entry.attributes ?? {})]);
  const count = (confidence: Confidence): number => entries.filter((entry) => entry.confidence === confidence).length;
  return {
    file,
    isNew: present === undefined,
    classes: Object.keys(mapping.classes).length,
    attributes: entries.length - Object.keys(mapping.classes).length,
    byConfidence: { certain: count('certain'), likely: count('likely'), guess: count('guess') },
    changes,
    ...(improved === undefined ? {} : { modelNote: improved.note }),
  };
}

/** Classes that the file maps to custom objects: their attributes go on being proposed. */
function customObjectsOf(mapping: Mapping | undefined): string[] {
  return Object.entries(mapping?.classes ?? {}).flatMap(([name, { to }]) => (to === 'custom_object' ? [name] : []));
}

/** What a person chooses now replaces what the file says of the class, its attributes included. */
function withoutChosen(mapping: Mapping, chosen: ReadonlyMap<string, Destination> = new Map()): Mapping {
  const classes = Object.fromEntries(Object.entries(mapping.classes).filter(([name]) => !chosen.has(name)));
  return { ...mapping, classes };
}

function refuseUnknownClasses(
  profiles: readonly ClassProfile[],
  chosen: ReadonlyMap<string, Destination> = new Map(),
): void {
  const known = new Set(profiles.map((profile) => profile.class));
  const unknown = [...chosen.keys()].filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new RefusedError(`No object of these classes was extracted: ${unknown.join(', ')}.`, {
    stage: 'map',
    nextStep: 'Correct the names: itop-to-intercom map show lists the classes.',
  });
}

/** A class that a person chose a place for is not remembered as proposed: it stays his when the file is brought up to date. */
async function rememberProposal(
  pool: pg.Pool,
  proposal: Mapping,
  chosen: ReadonlyMap<string, Destination> = new Map(),
): Promise<void> {
  const proposed = [...entriesOf(proposal)].filter(([key]) => !chosen.has(key));
  const entries = proposed.map(([entry_key, of]) => ({ entry_key, proposal: of }));
  await inTransaction(pool, async (client) => {
    await warehouse(client).deleteFrom('ops.mapping_proposal').execute();
    await insertRows(client, 'ops.mapping_proposal', ['entry_key', 'proposal'], entries).execute();
  });
}
