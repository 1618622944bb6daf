import { applyViews } from '../transform/apply-views.ts';
import { improveByModel } from '../transform/mapping/ask-model.ts';
import { checkMapping } from '../transform/mapping/check-mapping.ts';
import { applyMapping, type MappingEffect } from '../transform/mapping/confirm-mapping.ts';
import type { Destination } from '../transform/mapping/mapping-schema.ts';
import { type MappingFault, type MappingFile, readMappingFile, refuse } from '../transform/mapping/read-mapping.ts';
import { type ProposeOutcome, runPropose } from '../transform/mapping/run-propose.ts';
import type { CommandContext } from './command-context.ts';
import { existingObjectTypes, missingObjectTypes } from './custom-object-types.ts';
import { intercomOf, workspaceOf } from './intercom-of.ts';

/** Writes mapping.yaml, or brings it up to date, with what a person chose for some classes. */
export function propose(
  { settings, database }: CommandContext,
  chosen: ReadonlyMap<string, Destination>,
): Promise<ProposeOutcome> {
  const { model } = settings.mapping;
  return runPropose({
    pool: database.pool,
    file: settings.mapping.file,
    residency: settings.intercom?.region ?? 'us',
    snoozeUntil: settings.snooze.until ?? null,
    snoozeSpreadDays: settings.snooze.spread_days,
    chosen,
    ...(settings.intercom === undefined
      ? {}
      : { existingTypes: async (candidates) => (await existingObjectTypes(settings, candidates)) ?? new Set() }),
    ...(model === undefined ? {} : { improve: (proposal, profiles) => improveByModel(proposal, profiles, model) }),
  });
}

/** What mapping.yaml would change, and notes on what it needs in Intercom. Throws RefusedError that lists its faults. */
export async function check(
  context: CommandContext,
): Promise<{ readonly effect: MappingEffect; readonly notes: readonly MappingFault[] }> {
  const { file, notes } = await checked(context);
  return { effect: await applyMapping(context.database.pool, file, undefined), notes };
}

/**
 * Puts mapping.yaml into the warehouse, and records who decided on it for the workspace of the token. Throws RefusedError that lists
 * its faults.
 */
export async function confirm(
  context: CommandContext,
  confirmedBy: string,
): Promise<{ readonly workspace: { readonly idCode: string; readonly name: string }; readonly effect: MappingEffect }> {
  const { file } = await checked(context);
  const intercom = intercomOf(context.settings);
  try {
    const workspace = await workspaceOf(intercom);
    const effect = await applyMapping(context.database.pool, file, { workspaceIdCode: workspace.idCode, confirmedBy });
    return { workspace, effect };
  } finally {
    await intercom.close();
  }
}

async function checked({
  settings,
  database,
}: CommandContext): Promise<{ readonly file: MappingFile; readonly notes: readonly MappingFault[] }> {
  const file = readMappingFile(settings.mapping.file);
  await applyViews(database.pool);
  const { faults, notes } = await checkMapping(
    database.pool,
    file,
    settings.intercom === undefined ? {} : { region: settings.intercom.region },
  );
  if (faults.length > 0) refuse(settings.mapping.file, faults);
  return { file, notes: [...notes, ...(await missingObjectTypes(settings, file))] };
}
