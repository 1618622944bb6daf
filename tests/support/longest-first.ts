import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { projectRoot } from '../../platform/project-root.ts';

/**
 * Test files of more than 25 seconds, longest first. A wrong place costs some seconds; a long file that is missing here may be the last to
 * begin, and is then waited for alone.
 */
const longest = [
  ...['crash/load-sweep', 'crash/land-killed', 'sql/cases', 'e2e/operator-chain', 'e2e/extract-delta', 'e2e/any-order'],
  ...['crash/extract-sweep', 'crash/extract-frozen', 'e2e/install', 'contract/broker', 'crash/delta-interrupted'],
  ...['crash/load-two-processes', 'e2e/rehearse-cutover', 'e2e/one-definition-of-green', 'crash/rollback-frozen'],
  ...['sql/hostile-world', 'e2e/load-workspace-behaviour', 'e2e/extract', 'e2e/load-obeys-canary', 'e2e/captures'],
  ...['e2e/extract-totality', 'crash/load-late', 'e2e/freeze', 'unit/audit-canary', 'pages/console'],
  ...[
    'e2e/extract-catalog-and-files',
    'crash/load-frozen',
    'sql/transform-random',
    'crash/extract-killed',
    'e2e/exports',
  ],
  ...['e2e/load-delta', 'e2e/load-operator', 'e2e/load-changed-meanwhile', 'crash/rollback-sweep', 'e2e/tampered-view'],
  ...['sql/transform', 'mapping/confirm', 'e2e/load-unknowns', 'e2e/read-back'],
].map((name) => `tests/${name}.test.ts`);

/** Starts long files first, whether or not this machine ran them before, so that all workers end together. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = longest.filter((file) => !existsSync(join(projectRoot, file)));
    if (gone.length > 0) process.stderr.write(`No longer there, but in longest-first.ts: ${gone.join(', ')}\n`);
    const place = ({ moduleId }: TestSpecification): number => {
      const index = longest.indexOf(relative(projectRoot, moduleId));
      return index === -1 ? longest.length : index;
    };
    const others = await super.sort(files);
    return others.sort((one, other) => place(one) - place(other));
  }
}
