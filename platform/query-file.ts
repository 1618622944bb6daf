import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The statement of a `.sql` file beside the module that runs it: `readQuery(import.meta.dirname, 'forecast-threads.sql')`. To be called
 * once, for a constant of the module. The file begins with a comment that says what it answers and what `$1` to `$n` are, and ends without
 * a semicolon, so that it can stand inside another statement. Throws an Error where the file is not there: then the installation is incomplete.
 */
export function readQuery(directory: string, file: `${string}.sql`): string {
  const path = join(directory, file);
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch (cause) {
    throw new Error(`No query ${path}: the installation is incomplete.`, { cause });
  }
}
