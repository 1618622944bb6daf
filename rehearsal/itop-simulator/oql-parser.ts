import { MissingQueryArgument, OqlError, UnsupportedOql } from './oql-error.ts';
import { type Token, tokenize } from './oql-tokens.ts';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE';

export type Condition =
  | {
      readonly type: 'compare';
      readonly code: string;
      readonly at: number;
      readonly operator: Comparison;
      readonly value: string;
    }
  | {
      readonly type: 'in';
      readonly code: string;
      readonly at: number;
      readonly values: readonly string[];
      readonly negated: boolean;
    }
  | { readonly type: 'isnull'; readonly code: string; readonly at: number }
  | { readonly type: 'and'; readonly left: Condition; readonly right: Condition }
  | { readonly type: 'or'; readonly left: Condition; readonly right: Condition };

export interface Query {
  readonly text: string;
  readonly className: string;
  readonly classAt: number;
  readonly condition: Condition | undefined;
}

const COMPARISONS: readonly string[] = ['=', '!=', '<', '<=', '>', '>=', 'LIKE'];

/** Reads `SELECT Class [AS alias] [WHERE condition]`; names are not yet checked against the classes. */
export function parseOql(text: string): Query {
  return new Parser(text).query();
}

class Parser {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private place = 0;
  private alias = '';

  constructor(text: string) {
    this.text = text;
    this.tokens = tokenize(text);
  }

  query(): Query {
    // iTop's grammar also accepts a bare condition, so a misspelt SELECT is noticed at the token after it.
    if (this.peek()?.kind === 'NAME') this.place++;
    this.expect('SELECT');
    const classToken = this.expect('NAME');
    this.alias = classToken.text;
    if (this.accept('AS')) this.alias = this.expect('NAME').text;
    if (this.peek()?.kind === 'FROM') throw new UnsupportedOql('FROM', this.text);
    if (this.peek()?.kind === 'JOIN') throw new UnsupportedOql('JOIN', this.text);
    const condition = this.accept('WHERE') ? this.either() : undefined;
    if (this.peek()?.kind === 'UNION') throw new UnsupportedOql('UNION', this.text);
    if (this.peek() !== undefined) this.fail();
    return { text: this.text, className: classToken.text, classAt: classToken.at, condition };
  }

  private either(): Condition {
    let left = this.both();
    while (this.accept('OR')) left = { type: 'or', left, right: this.both() };
    return left;
  }

  private both(): Condition {
    let left = this.single();
    while (this.accept('AND')) left = { type: 'and', left, right: this.single() };
    return left;
  }

  private single(): Condition {
    if (this.accept('(')) {
      const inner = this.either();
      this.expect(')');
      return inner;
    }
    if (this.accept('ISNULL')) {
      this.expect('(');
      const { code, at } = this.attribute();
      this.expect(')');
      return { type: 'isnull', code, at };
    }
    const { code, at } = this.attribute();
    const operator = this.next();
    if (COMPARISONS.includes(operator.kind))
      return { type: 'compare', code, at, operator: operator.kind as Comparison, value: this.value() };
    if (operator.kind === 'IN') return { type: 'in', code, at, values: this.values(), negated: false };
    if (operator.kind === 'NOT') {
      this.expect('IN');
      return { type: 'in', code, at, values: this.values(), negated: true };
    }
    if (['BELOW', 'MATCHES'].includes(operator.kind)) throw new UnsupportedOql(operator.kind, this.text);
    this.place--;
    return this.fail();
  }

  private attribute(): { code: string; at: number } {
    const first = this.expect('NAME');
    if (this.peek()?.kind === '(') throw new UnsupportedOql(`the function ${first.text}`, this.text);
    if (!this.accept('.')) return { code: first.text, at: first.at };
    const second = this.expect('NAME');
    if (first.text !== this.alias) {
      throw new OqlError(
        'OqlNormalizeException',
        `Unknown class (alias) - found '${first.text}' at ${first.at} in '${this.text}', expecting {${this.alias}}, I would suggest to use '${this.alias}'`,
      );
    }
    return { code: second.text, at: second.at };
  }

  private value(): string {
    const token = this.next();
    if (token.kind === 'STRVAL' || token.kind === 'NUMVAL') return token.text;
    if (token.kind === 'VARNAME') throw new MissingQueryArgument(token.text);
    if (token.kind === 'NAME' && this.peek()?.kind === '(')
      throw new UnsupportedOql(`the function ${token.text}`, this.text);
    this.place--;
    return this.fail();
  }

  private values(): readonly string[] {
    this.expect('(');
    if (this.peek()?.kind === 'SELECT') throw new UnsupportedOql('a query inside IN', this.text);
    const values = [this.value()];
    while (this.accept(',')) values.push(this.value());
    this.expect(')');
    return values;
  }

  private peek(): Token | undefined {
    return this.tokens[this.place];
  }

  private next(): Token {
    const token = this.tokens[this.place];
    if (token === undefined) return this.fail();
    this.place++;
    return token;
  }

  private accept(kind: string): boolean {
    if (this.peek()?.kind !== kind) return false;
    this.place++;
    return true;
  }

  private expect(kind: string): Token {
    if (this.peek()?.kind !== kind) this.fail();
    return this.next();
  }

  private fail(): never {
    const token = this.peek();
    const found =
      token === undefined
        ? 'Unexpected end of the query'
        : `Unexpected token ${token.kind} - found '${token.text}' at ${token.at}`;
    throw new OqlError('OQLParserSyntaxErrorException', `${found} in '${this.text}'`);
  }
}
