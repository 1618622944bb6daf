import type { Database } from '../platform/database.ts';
import type { Log } from '../platform/log.ts';
import type { Progress } from '../platform/progress.ts';
import type { Settings } from '../platform/settings.ts';
import { isAboutData } from '../transform/culprit.ts';
import type { SetAside } from '../transform/set-aside.ts';

/** What a transform needs: part of the context of a command. */
interface TransformContext {
  readonly database: Database;
  readonly settings: Settings;
  readonly progress: Progress;
  readonly log: Log;
}

/** Times that a stage begins again. */
const mostAttempts = 20;

/**
 * Runs a stage that reads the warehouse. Where a value stops one of its queries, the records at fault are set aside (rule K12) and the stage
 * begins again, as if it had been ended and started: what it did stays done. Throws the stage's own error where no record is at fault.
 */
export async function withoutCulprits<T>(
  { database: { pool }, settings, progress, log }: TransformContext,
  stage: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await stage();
    } catch (error) {
      if (!isAboutData(error) || attempt === mostAttempts) throw error;
      log.error({ error: error.message }, 'a value stops a query: its record is looked for');
      const [{ runTransform }, { readSetAside }] = await Promise.all([
        import('../transform/run-transform.ts'),
        import('../transform/set-aside.ts'),
      ]);
      const before = new Set((await readSetAside(pool)).map(versionOf));
      const { setAside } = await runTransform(pool, settings, progress, { isProbing: true });
      // A record that was corrected may have been released at the same time: the number says nothing.
      if (setAside.every((record) => before.has(versionOf(record)))) throw error;
    }
  }
}

/** A record may be at fault again in its next version. */
const versionOf = ({ sourceKey, version }: SetAside): string => `${sourceKey} ${version}`;
