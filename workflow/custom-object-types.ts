import { countCustomObjectInstances } from '../intercom/custom-objects.ts';
import { IntercomError, NotFound } from '../intercom/errors.ts';
import type { Settings } from '../platform/settings.ts';
import { printErrorLine } from '../platform/terminal.ts';
import type { MappingFault, MappingFile } from '../transform/mapping/read-mapping.ts';
import { intercomOf } from './intercom-of.ts';

/** Custom object types of the workspace among the candidates; undefined, and a line that says so, where it cannot be asked. */
export async function existingObjectTypes(
  settings: Settings,
  candidates: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  const intercom = intercomOf(settings);
  const existing = new Set<string>();
  try {
    for (const type of candidates) {
      try {
        await intercom.send(countCustomObjectInstances(type));
        existing.add(type);
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
      }
    }
    return existing;
  } catch (error) {
    if (!(error instanceof IntercomError)) throw error;
    printErrorLine(`The workspace could not be asked for its custom object types: ${error.message}`);
    return undefined;
  } finally {
    await intercom.close();
  }
}

/** Types of custom objects that the mapping needs and the workspace lacks: without them the audit permits no load. */
export async function missingObjectTypes(
  settings: Settings,
  { mapping, lineOf }: MappingFile,
): Promise<MappingFault[]> {
  const wanted = Object.entries(mapping.classes).flatMap(([name, { to, type }]) =>
    to === 'custom_object' ? [{ name, type: type ?? name }] : [],
  );
  if (settings.intercom === undefined || wanted.length === 0) return [];
  const types = [...new Set(wanted.map(({ type }) => type))];
  const existing = await existingObjectTypes(settings, types);
  if (existing === undefined) return [];
  return wanted
    .filter(({ type }) => !existing.has(type))
    .map(({ name, type }) => ({
      line: lineOf(['classes', name]),
      fault: `${name}: the workspace has no custom object type ${type}`,
      nextStep: `Create it by hand (Settings > Data > Custom objects), or: itop-to-intercom map set ${name} handoff.`,
    }));
}
