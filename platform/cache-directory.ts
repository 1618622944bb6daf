import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where embedded servers and downloads are kept between commands.
 *
 * `XDG_CACHE_HOME` where it is set. Root's home is closed to the account that runs root's Postgres, so root otherwise uses a
 * directory that everyone can traverse.
 */
export function cacheDirectory(): string {
  const chosen = process.env.XDG_CACHE_HOME;
  if (chosen !== undefined && chosen !== '') return join(chosen, 'itop-to-intercom');
  if (process.getuid?.() === 0) return join('/var/cache', 'itop-to-intercom');
  const home = homedir();
  return home === '' || home === '/nonexistent'
    ? join(tmpdir(), 'itop-to-intercom')
    : join(home, '.cache', 'itop-to-intercom');
}
