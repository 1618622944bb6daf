import type pg from 'pg';
import { errorAboutData } from './culprit.ts';
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
      const error = await errorAboutData(client, () => computeWhole(client, view));
      if (error !== undefined) throw new NotComputable(view, await findByHiding(client, view, files), error);
    }
  });
}

/** Views but the definitions of tables: these the refresh computes. */
function viewsIn(files: readonly ViewFile[]): string[] {
  const computed = new Set(materialisedRelations.map(({ relation }) => `${relation}_definition`));
  return files.filter(({ name, sql }) => /^create view /m.test(sql) && !computed.has(name)).map(({ name }) => name);
}
