import type pg from 'pg';
import type { ViewFile } from '../view-files.ts';

/** What the refresh of a set of relations works with. */
export interface RefreshContext {
  readonly client: pg.ClientBase;
  readonly files: readonly ViewFile[];
  /** Hash of the mapping and the settings that views read. */
  readonly inputs: string;
}
