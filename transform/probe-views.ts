import type pg from 'pg';
import { isAboutData } from './culprit.ts';
import { findByHiding } from './find-by-hiding.ts';
import { NotComputable } from './find-culprits.ts';
import { materialisedRelations } from './materialised/materialised-relations.ts';
import { computeWhole } from './materialised/reading-whole.ts';
import { inSnapshot } from './materialised/snapshot.ts';
import type { ViewFile } from './view-files.ts';

/**
 * Computes every row of every view, lower layers first: also of those that no table holds and that only a later stage reads. Throws
 * NotComputable for the first one that a value stops.
 */
export function probeViews(pool: pg.Pool, files: readonly ViewFile[]): Promise<void> {
  return inSnapshot(pool, files, async ({ client }) => {
    for (const view of viewsIn(files)) {
      await client.query('savepoint view');
      try {
        await computeWhole(client, view);
      } catch (error) {
        if (!isAboutData(error)) throw error;
        await client.query('rollback to savepoint view');
        throw new NotComputable(view, await findByHiding(client, view, files), error);
      }
      await client.query('release savepoint view');
    }
  });
}

/** Views but the definitions of tables: these the refresh computes. */
function viewsIn(files: readonly ViewFile[]): string[] {
  const computed = new Set(materialisedRelations.map(({ relation }) => `${relation}_definition`));
  return files.filter(({ name, sql }) => /^create view /m.test(sql) && !computed.has(name)).map(({ name }) => name);
}
