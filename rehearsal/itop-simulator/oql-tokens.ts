import { OqlError } from './oql-error.ts';

export interface Token {
  /** Names as iTop's lexer gives them in its error texts: NAME, STRVAL, NUMVAL, or the keyword or sign itself. */
  readonly kind: string;
  readonly text: string;
  readonly at: number;
}

const KEYWORDS = new Set([
  'SELECT',
  'AS',
  'FROM',
  'JOIN',
  'ON',
  'WHERE',
  'UNION',
  'AND',
  'OR',
  'IN',
  'NOT',
  'LIKE',
  'ISNULL',
  'BELOW',
  'MATCHES',
]);
const PATTERN =
  /\s*(?:(\d+(?:\.\d+)?)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|:(\w+)|`([^`]+)`|(\w+)|(!=|<=|>=|[=<>(),.]))/y;

/** Cuts an OQL query into tokens, with the position of each for error texts. */
export function tokenize(query: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (query.slice(position).trim() !== '') {
    PATTERN.lastIndex = position;
    const match = PATTERN.exec(query);
    if (match === null) {
      const at = position + (query.slice(position).search(/\S/) + 1) - 1;
      throw new OqlError('OQLLexerException', `Unexpected character at ${at} in '${query}'`);
    }
    const [whole, number, string, parameter, quoted, word, sign] = match;
    const at = position + whole.length - whole.trimStart().length;
    position += whole.length;
    if (number !== undefined) tokens.push({ kind: 'NUMVAL', text: number, at });
    else if (string !== undefined)
      tokens.push({ kind: 'STRVAL', text: string.slice(1, -1).replace(/\\(.)/g, '$1'), at });
    else if (parameter !== undefined) tokens.push({ kind: 'VARNAME', text: parameter, at });
    else if (quoted !== undefined) tokens.push({ kind: 'NAME', text: quoted, at });
    else if (word !== undefined)
      tokens.push({ kind: KEYWORDS.has(word.toUpperCase()) ? word.toUpperCase() : 'NAME', text: word, at });
    else if (sign !== undefined) tokens.push({ kind: sign, text: sign, at });
  }
  return tokens;
}
