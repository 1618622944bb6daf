import type pg from 'pg';
import { readProgress } from './progress.ts';

/** The next step of a migration, as words that begin with the command; see `readProgress`. */
export async function nextStepOf(
  pool: pg.Pool,
  settings: Parameters<typeof readProgress>[1],
  workspaceIdCode?: string,
): Promise<string> {
  return (await readProgress(pool, settings, workspaceIdCode)).next;
}
