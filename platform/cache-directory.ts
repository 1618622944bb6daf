import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where embedded servers and downloads are kept between commands.
 *
 * Root's home is closed to the account that runs root's Postgres, so root uses a directory that everyone can traverse.
 */
export function cacheDirectory(): string {
  if (process.getuid?.() === 0) return join('/var/cache', 'itop-to-intercom');
  const home = homedir();
  return home === '' || home === '/nonexistent'
    ? join(tmpdir(), 'itop-to-intercom')
    : join(home, '.cache', 'itop-to-intercom');
}
