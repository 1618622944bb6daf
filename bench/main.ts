import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Runs one benchmark by name: `npm run bench load`. */
const name = process.argv[2] ?? '';
const file = join(import.meta.dirname, `${name}.ts`);
if (!/^[a-z-]+$/.test(name) || name === 'main' || !existsSync(file)) {
  process.stderr.write(`There is no benchmark "${name}".\n`);
  process.exitCode = 2;
} else {
  await import(pathToFileURL(file).href);
}
