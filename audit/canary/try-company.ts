import { createOrUpdateCompany } from '../../intercom/companies.ts';
import { IntercomError } from '../../intercom/errors.ts';
import { deleteCompany } from '../../intercom/removals.ts';
import type { Answer } from './answers.ts';
import { type CanaryContext, isWritten, write } from './canary-writes.ts';

/** Makes a company, deletes it and makes it again: whether a company_id can be used twice decides how a rollback is repeated. */
export async function tryCompany(context: CanaryContext, answer: Answer): Promise<void> {
  const call = createOrUpdateCompany({
    company_id: `itop-canary-${context.canaryId}`,
    name: 'Canary of the migration',
  });
  const make = (label: string) => write(context, { label, targetType: 'company', call, idOf: (company) => company.id });
  const first = await make('company');
  if (!isWritten(first)) return;
  try {
    await context.intercom.send(deleteCompany(first.value.id));
  } catch (error) {
    // Not offered, or not permitted: the probe stays unanswered.
    if (error instanceof IntercomError) return;
    throw error;
  }
  await context.pool.query(
    `update load.canary_write set removed_at = clock_timestamp() where canary_id = $1 and label = 'company'`,
    [context.canaryId],
  );
  const second = await make('company again');
  if (!isWritten(second)) return answer('company_id_reuse', 'no', second.refusal.message);
  const isSame = second.value.id === first.value.id;
  return answer(
    'company_id_reuse',
    isSame ? 'no' : 'yes',
    isSame ? 'the former company came back' : 'a new company was made',
  );
}
