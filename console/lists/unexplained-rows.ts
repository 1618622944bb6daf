import type pg from 'pg';
import { readUnexplained, type Unexplained } from '../../reconcile/unexplained.ts';

type UnexplainedRow = Unexplained & { readonly key: string } & Readonly<Record<string, unknown>>;

/** What keeps the migration from being green, for the overview and its work list: one of them adds it up for both. */
export const unexplainedRows = {
  keptAs: (workspaceIdCode: string): string => `unexplained ${workspaceIdCode}`,
  async read(pool: pg.Pool, workspaceIdCode: string): Promise<readonly UnexplainedRow[]> {
    const rows = await readUnexplained(pool, { workspaceIdCode });
    return rows.map((row) => ({
      ...row,
      key: [row.phase, row.kind, row.item_kind, row.class, row.check_name, row.reason]
        .filter((part) => part !== null)
        .join('/'),
    }));
  },
} as const;
