/** An object as a file holds it, before its values are brought into the form of the REST API. */
export interface ExportedRow<Cells> {
  /** Number of the record in the file, from 1. */
  readonly record: number;
  readonly cells: Cells;
}

/** A record of a file that cannot be read, with everything a person needs to find and mend it. */
export interface BrokenRecord {
  readonly record: number;
  readonly id?: string | undefined;
  readonly reasonCode:
    | 'broken_quote'
    | 'wrong_columns'
    | 'invalid_encoding'
    | 'ends_early'
    | 'broken_xml'
    | 'bad_value';
  readonly reason: string;
  readonly nextStep: string;
  /** The record's text, as far as it belongs to it. */
  readonly content: string;
}

/** Some records in the order of the file. */
export interface ExportBatch<Cells> {
  readonly rows: readonly ExportedRow<Cells>[];
  readonly broken: readonly BrokenRecord[];
}
