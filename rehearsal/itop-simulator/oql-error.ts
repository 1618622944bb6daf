/** A query iTop would refuse, with the text it would show after "exception_message". */
export class OqlError extends Error {
  readonly exceptionClass:
    | 'OQLParserSyntaxErrorException'
    | 'OQLLexerException'
    | 'UnknownClassOqlException'
    | 'OqlNormalizeException';

  constructor(exceptionClass: OqlError['exceptionClass'], message: string) {
    super(message);
    this.exceptionClass = exceptionClass;
  }
}

/** A `:name` in a query that nobody gave a value. */
export class MissingQueryArgument extends Error {
  constructor(name: string) {
    super(`Missing query argument: expecting = ${name}, available = {}`);
  }
}

/** The part of OQL this simulator does not imitate (JOIN, UNION, functions): refused, never answered wrongly. */
export class UnsupportedOql extends Error {
  constructor(what: string, query: string) {
    super(`The simulated iTop does not understand ${what} in '${query}'`);
  }
}

/** iTop's "unknown … expecting {…}" text, with a suggestion only where a known name is less than four letters away. */
export function unknownName(
  kind: string,
  found: string,
  at: number,
  query: string,
  expected: readonly string[],
): string {
  let best = '';
  let distance = 4;
  for (const name of expected) {
    const current = levenshtein(found, name);
    if (current < distance) [best, distance] = [name, current];
  }
  return `${kind} - found '${found}' at ${at} in '${query}', expecting {${expected.join(', ')}}, I would suggest to use '${best}'`;
}

function levenshtein(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
