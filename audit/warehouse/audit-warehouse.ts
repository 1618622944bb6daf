import type { Finding } from '../../platform/findings.ts';
import { type Check, found } from '../check.ts';
import { articleLength } from './article-length.ts';
import { attachmentVolume } from './attachment-volume.ts';
import { companyIds } from './company-ids.ts';
import { deadLetters } from './dead-letters.ts';
import { longThreads } from './long-threads.ts';
import { missingReferences } from './missing-references.ts';
import { pendingNeedsSnooze } from './pending-needs-snooze.ts';
import { isExtracted, isTransformed } from './progress-of-stages.ts';
import { secretAttributes } from './secret-attributes.ts';
import { sharedAddresses } from './shared-addresses.ts';
import { undecidedClasses } from './undecided-classes.ts';
import { undecidedStatuses } from './undecided-statuses.ts';
import { unusableValues } from './unusable-values.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const checks: readonly Check<WarehouseContext>[] = [
  deadLetters,
  missingReferences,
  undecidedClasses,
  undecidedStatuses,
  sharedAddresses,
  companyIds,
  longThreads,
  pendingNeedsSnooze,
  attachmentVolume,
  articleLength,
  secretAttributes,
  unusableValues,
];

/** Code of the finding that says the records were not looked at, or not in the form in which they are loaded. */
export const notLookedAt = 'data_landed';

/** Checks on what was landed, in SQL. Before the first extraction and transform there is nothing to look at, and that is a note. */
export async function auditWarehouse(context: WarehouseContext): Promise<Finding[]> {
  const { pool } = context;
  const note = (finding: string): Finding =>
    found(
      notLookedAt,
      'note',
      'warehouse',
      finding,
      'After "extract" and "transform" run the audit again: it then looks into every record. Only that audit permits a load.',
    );
  if (!(await isExtracted(pool))) {
    return [note('Nothing is extracted yet, so the records themselves were not looked at.')];
  }
  const findings: Finding[] = [];
  if (!(await isTransformed(pool)))
    findings.push(note('Nothing is transformed yet, so only the records as iTop gave them were looked at.'));
  for (const check of checks) findings.push(...(await check.run(context)));
  return findings;
}
