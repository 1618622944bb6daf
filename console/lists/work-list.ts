import type { RawBuilder } from 'kysely';
import type pg from 'pg';
import type { RecordNames } from '../../itop/record-names.ts';
import type { WorkListName } from '../../platform/work-list-titles.ts';
import type { CellValue } from '../page.ts';

/** A row of a list: `key`, unique, and its columns. */
export type Row = Readonly<Record<string, unknown>> & { readonly key: string };

export interface ListColumn {
  /** Column of the query. */
  readonly name: string;
  readonly label: string;
  /** Sorted and shown as what it is; text unless said. */
  readonly type?: 'number' | 'time';
  /** How it is shown, where it is not shown as it is. A CSV holds it as it is. */
  readonly show?: (row: Row, names: RecordNames) => CellValue;
}

/** Rows that more than one page shows. */
export interface KeptRows {
  /** Under which they are kept. */
  readonly keptAs: (workspaceIdCode: string) => string;
  readonly read: (pool: pg.Pool, workspaceIdCode: string) => Promise<readonly Row[]>;
}

/** A list of things that a person has to look at. */
export interface WorkList {
  /** In the address; its title is in `workListTitles`. */
  readonly name: WorkListName;
  /** What is in it, and what to do. */
  readonly purpose: string;
  /** What an empty list means. */
  readonly empty: string;
  /** Gives `key`, unique, and the columns, of a workspace. */
  readonly query?: (workspaceIdCode: string) => RawBuilder<Row>;
  /** In place of a query, of a list that is added up: rows that another page shows too. */
  readonly shared?: KeptRows;
  readonly columns: readonly ListColumn[];
  /** Column that it is sorted by at first; with a minus from the highest. */
  readonly sort: string;
  /** Columns that hold keys of records: they are shown as links with the records' names. */
  readonly records: readonly string[];
  /** It is added up from the whole warehouse and has few rows: they are kept, and sorted and filtered without asking again. */
  readonly isAddedUp?: boolean;
  /** Column with the name of a check, or the class of an error, by which a row can be accepted. */
  readonly accept?: string;
}

/** A column of a row as text; empty where it has none. */
export const text = (row: Row, name: string): string => String(row[name] ?? '');
/** Shows a column of the warehouse in a reader's words. */
export const inWords =
  (name: string, words: (value: string) => string) =>
  (row: Row): CellValue =>
    row[name] == null ? null : words(text(row, name));
/** Shows a number where it says something. */
export const unlessZero =
  (name: string) =>
  (row: Row): CellValue =>
    row[name] === 0 || row[name] == null ? null : Number(row[name]);
