import papaparse from 'papaparse';

export type CsvRow = Readonly<Record<string, unknown>>;

/** Mark by which spreadsheets know UTF-8. */
export const csvStart = '\ufeff';

/** A cell that begins so is run by a spreadsheet, also when it goes on in further lines. */
const formula = /^[=+\-@\t\r]/;

/**
 * Rows as CSV that every spreadsheet opens: the one writer of such files. A cell that one would run as a formula starts with an
 * apostrophe: what stands in iTop was written by anybody.
 */
export function toCsv(columns: readonly string[], rows: readonly CsvRow[], withHeader = true): string {
  const text = papaparse.unparse(
    { fields: [...columns], data: rows.map((row) => columns.map((column) => cellOf(row[column]))) },
    { header: withHeader, escapeFormulae: formula, newline: '\r\n' },
  );
  // A header alone comes with its line end.
  return rows.length === 0 ? `${text.trimEnd()}\r\n` : `${text}\r\n`;
}

function cellOf(value: unknown): string | number {
  if (value === null || value === undefined) return '';
  // A negative number is none of the formulas.
  if (typeof value === 'number') return value;
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (Buffer.isBuffer(value)) return value.toString('hex');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
