import type pg from 'pg';
import { openInlineBroker } from '../../extract/landing/inline-broker.ts';
import { type ExtractOutcome, type ExtractRequest, runExtract } from '../../extract/run-extract.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import type { ItopSettings } from '../../platform/settings.ts';
import { itopSettings } from './itop-settings.ts';

export interface ExtractChange extends Partial<Pick<ExtractRequest, 'isDelta' | 'classes' | 'signal' | 'files'>> {
  readonly settings?: Partial<ItopSettings>;
}

/** The extract command without its printing: a failure leaves the run unfinished. */
export async function extractFrom(
  pool: pg.Pool,
  itop: { readonly url: string; readonly password: string },
  { settings, ...change }: ExtractChange = {},
): Promise<ExtractOutcome & { readonly runId: string }> {
  const command = change.isDelta === true ? 'extract --delta' : 'extract';
  const run = await openRun(pool, { command, fingerprint: {} });
  const broker = openInlineBroker(pool);
  try {
    const progress = openProgress('silent');
    const outcome = await runExtract({
      ...{ settings: itopSettings(itop, settings), pool, broker, run, progress },
      ...change,
    });
    await run.finish({ ...outcome });
    return { ...outcome, runId: run.runId };
  } finally {
    await run.leave();
    await broker.close();
  }
}
