import type { Itop } from '../itop/client.ts';
import { ClassNotReadable } from '../itop/errors.ts';
import { selectAll } from '../itop/oql.ts';
import type { Finding } from '../platform/findings.ts';

/** Oldest version whose REST API has what the extraction uses. */
const oldestKnown = [2, 7] as const;

/** The version that set-up recorded last; a beta or a development build may answer otherwise than its release. */
export async function checkVersion(itop: Itop): Promise<Finding[]> {
  const code = 'itop_version';
  const subject = 'iTop';
  let latest: { readonly id: number; readonly version: string } | undefined;
  try {
    const query = { className: 'ModuleInstallation', oql: selectAll('ModuleInstallation') };
    for await (const module of itop.get({ ...query, outputFields: ['name', 'version', 'parent_id'] })) {
      // Each set-up leaves a set of rows: the highest id is the present one.
      if (module.fields.name !== 'iTop' || module.fields.parent_id !== '0') continue;
      if (latest === undefined || module.id > latest.id)
        latest = { id: module.id, version: String(module.fields.version) };
    }
  } catch (error) {
    if (!(error instanceof ClassNotReadable)) throw error;
    return [
      {
        code,
        subject,
        severity: 'warning',
        finding: 'The account may not read the version.',
        nextStep: error.nextStep,
      },
    ];
  }
  if (latest === undefined) {
    return [
      {
        code,
        subject,
        severity: 'warning',
        finding: 'iTop names no version of itself.',
        nextStep: 'Ask its administrator for the version.',
      },
    ];
  }
  const { version } = latest;
  const nextStep = 'Extract a sample first and compare a few tickets with iTop by eye.';
  if (isOlder(version)) {
    return [
      {
        code,
        subject,
        severity: 'warning',
        finding: `iTop ${version} is older than ${oldestKnown.join('.')}.`,
        nextStep,
      },
    ];
  }
  if (/alpha|beta|rc|dev|svn/i.test(version)) {
    const finding = `High risk: iTop ${version} is not a final release.`;
    return [{ code, subject, severity: 'warning', finding, nextStep }];
  }
  return [{ code, subject, severity: 'passed', finding: `iTop ${version}.`, nextStep: '' }];
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldestKnown[0] || (major === oldestKnown[0] && minor < oldestKnown[1]);
}
