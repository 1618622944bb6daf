import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Directory that holds `staging-sql/`: the checkout in development, the package when built into `dist/`. */
export const projectRoot = findProjectRoot(import.meta.dirname);

function findProjectRoot(start: string): string {
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'package.json'))) return directory;
    if (directory === dirname(directory))
      throw new Error(`No package.json above ${start}: the installation is incomplete.`);
  }
}
