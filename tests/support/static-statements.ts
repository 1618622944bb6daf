import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import {
  type CallExpression,
  type Expression,
  type FunctionDeclaration,
  type Node,
  NodeFlags,
  type ObjectLiteralExpression,
  type SourceFile,
  type TypeNode,
  type VariableDeclaration,
} from 'typescript/unstable/ast';
import {
  isArrayLiteralExpression,
  isArrowFunction,
  isBlock,
  isCallExpression,
  isFunctionDeclaration,
  isIdentifier,
  isNoSubstitutionTemplateLiteral,
  isObjectLiteralExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isSpreadElement,
  isStringLiteral,
  isTemplateExpression,
  isTypeReferenceNode,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is';
import { API, type Checker, type Project, SymbolFlags, type Type, TypeFlags } from 'typescript/unstable/sync';
import { projectRoot } from '../../platform/project-root.ts';

/** A property of the row type that a statement is given. */
export interface DeclaredColumn {
  readonly name: string;
  /** Kinds of value other than null, e.g. string, number, Date; unknown takes all. */
  readonly kinds: readonly string[];
  readonly isNullable: boolean;
}

/** A call of `query` in the program. */
export interface StatementCall {
  readonly file: string;
  readonly line: number;
  /** The statement, or each of those that it may be, where the compiler knows them; none where it is put together at run time. */
  readonly texts: readonly string[];
  /** How many values are passed, where the call lists them. */
  readonly valueCount: number | undefined;
  /** The row type, where the call names one. */
  readonly row: readonly DeclaredColumn[] | undefined;
}

/** Folders that are no part of the program. */
const others = ['bench', 'bin', 'dist', 'docs', 'node_modules', 'rehearsal', 'tests'];

/** A file that holds one statement, beside the module that runs it. */
export interface QueryFile {
  readonly file: string;
  readonly text: string;
}

/** All query files of the program; those of `staging-sql/` are no such. */
export function findQueryFiles(): QueryFile[] {
  return readdirSync(projectRoot, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .filter((room) => ![...others, 'staging-sql'].includes(room))
    .flatMap((room) =>
      readdirSync(join(projectRoot, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)),
    )
    .filter((file) => file.endsWith('.sql'))
    .map((file) => ({
      file: file.split(sep).join('/'),
      text: readFileSync(join(projectRoot, file), 'utf8').trimEnd(),
    }));
}

/** All calls of `query` in the program's own files, as the compiler sees them. */
export function findStatementCalls(): StatementCall[] {
  const api = new API({ cwd: projectRoot });
  try {
    const configuration = join(projectRoot, 'tsconfig.json');
    const project = api.updateSnapshot({ openProjects: [configuration] }).getProject(configuration);
    if (project === undefined) throw new Error('The compiler does not open tsconfig.json.');
    const calls: StatementCall[] = [];
    for (const name of project.program.getSourceFileNames()) {
      const path = relative(projectRoot, name).split(sep).join('/');
      if (path.startsWith('..') || !path.includes('/') || others.includes(path.split('/')[0] ?? '')) continue;
      const file = project.program.getSourceFile(name);
      if (file !== undefined) calls.push(...callsIn(file, path, project));
    }
    return calls;
  } finally {
    api.close();
  }
}

function callsIn(file: SourceFile, path: string, project: Project): StatementCall[] {
  const { checker } = project;
  const calls: StatementCall[] = [];
  const lineOf = (node: Node): number => file.text.slice(0, node.end).split('\n').length;
  const visit = (node: Node): void => {
    if (isCallExpression(node) && isQueryOfDatabase(node.expression, checker)) {
      const [given] = node.arguments;
      const [row] = node.typeArguments ?? [];
      const text = given !== undefined && isObjectLiteralExpression(given) ? propertyOf(given, 'text') : given;
      if (text !== undefined) {
        const texts = textsOf(text, project);
        const valueCount = valueCountOf(node);
        calls.push({ file: path, line: lineOf(node.expression), texts, valueCount, row: columnsOf(row, checker) });
      }
    }
    if (isFunctionDeclaration(node) || isVariableDeclaration(node))
      calls.push(...selectsOfPhase(node, path, lineOf, project));
    node.forEachChild(visit);
  };
  visit(file);
  return calls;
}

/** None where the call passes a statement alone; undefined where its values are not written out. */
function valueCountOf({ arguments: [given, values] }: CallExpression): number | undefined {
  if (given === undefined || isObjectLiteralExpression(given)) return undefined;
  if (values === undefined) return 0;
  return isArrayLiteralExpression(values) && !values.elements.some(isSpreadElement)
    ? values.elements.length
    : undefined;
}

/** `query` of a pool or client; a request's query string has a method of that name too. */
function isQueryOfDatabase(called: Expression, checker: Checker): boolean {
  if (!isPropertyAccessExpression(called) || called.name.text !== 'query') return false;
  const receivers = membersOf(checker.getTypeAtLocation(called.expression));
  return receivers.some((type) => /Pool|Client|Queryable/.test(type.getSymbol()?.name ?? ''));
}

/** What the parameters of a function stand for, by their names. */
type Bindings = Readonly<Record<string, readonly string[]>>;

/** The values of a text that has some only: of a literal, a constant, a choice of literals, or these put together. */
function textsOf(expression: Expression, project: Project, bindings: Bindings = {}): readonly string[] {
  if (isStringLiteral(expression) || isNoSubstitutionTemplateLiteral(expression)) return [expression.text];
  if (isTemplateExpression(expression)) {
    let texts: readonly string[] = [expression.head.text];
    for (const span of expression.templateSpans) {
      const values = textsOf(span.expression, project, bindings);
      texts = texts.flatMap((text) => values.map((value) => text + value + span.literal.text));
    }
    return texts;
  }
  const bound = isIdentifier(expression) ? bindings[expression.text] : undefined;
  if (bound !== undefined) return bound;
  const members = membersOf(project.checker.getTypeAtLocation(expression));
  const literals = members.filter((type) => type.isStringLiteralType() || type.isNumberLiteralType());
  if (members.length > 0 && literals.length === members.length) return literals.map((type) => String(type.value));
  if (isCallExpression(expression)) return textsOfCall(expression, project, bindings);
  const initializer = initializerOf(expression, project);
  return initializer === undefined ? [] : textsOf(initializer, project);
}

/** What a file beside the module holds, or what a function gives that only puts its parameters into a text. */
function textsOfCall(call: CallExpression, project: Project, bindings: Bindings): readonly string[] {
  const file = queryFileOf(call);
  if (file !== undefined) return [readFileSync(file, 'utf8').trimEnd()];
  const called = initializerOf(call.expression, project);
  if (called === undefined || !isArrowFunction(called) || isBlock(called.body)) return [];
  const given = called.parameters.map(({ name, initializer }, index) => {
    const argument = call.arguments[index] ?? initializer;
    return [
      isIdentifier(name) ? name.text : '',
      argument === undefined ? [] : textsOf(argument, project, bindings),
    ] as const;
  });
  return textsOf(called.body, project, Object.fromEntries(given));
}

/** The file that `readQuery(import.meta.dirname, '<file>.sql')` reads. */
function queryFileOf(call: CallExpression): string | undefined {
  const [, file] = call.arguments;
  if (!isIdentifier(call.expression) || call.expression.text !== 'readQuery') return undefined;
  return file !== undefined && isStringLiteral(file)
    ? join(dirname(call.getSourceFile().fileName), file.text)
    : undefined;
}

/** What a constant is made of: a text that holds another one has no type of its own. */
function initializerOf(name: Expression, project: Project): Expression | undefined {
  if (!isIdentifier(name)) return undefined;
  const { checker } = project;
  const named = checker.getSymbolAtLocation(name);
  const symbol = named && (named.flags & SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(named) : named;
  const declaration = symbol?.valueDeclaration?.resolve(project);
  const isConstant =
    declaration !== undefined &&
    isVariableDeclaration(declaration) &&
    (declaration.parent.flags & NodeFlags.Const) !== 0;
  return isConstant ? declaration.initializer : undefined;
}

/** A phase of the load names the query of its objects, and the type of their rows: the engine puts conditions behind it. */
function selectsOfPhase(
  declaration: FunctionDeclaration | VariableDeclaration,
  file: string,
  lineOf: (node: Node) => number,
  project: Project,
): StatementCall[] {
  const { type } = declaration;
  if (type === undefined || !isTypeReferenceNode(type) || !isIdentifier(type.typeName)) return [];
  if (type.typeName.text !== 'Phase' && type.typeName.text !== 'LoadedObject') return [];
  const row = columnsOf(type.typeArguments?.[0], project.checker);
  const found: StatementCall[] = [];
  const visit = (node: Node): void => {
    const select = isObjectLiteralExpression(node) ? propertyOf(node, 'select') : undefined;
    if (select !== undefined)
      found.push({ file, line: lineOf(select), texts: textsOf(select, project), valueCount: undefined, row });
    node.forEachChild(visit);
  };
  declaration.forEachChild(visit);
  return found;
}

function propertyOf(object: ObjectLiteralExpression, name: string): Expression | undefined {
  const property = object.properties.find(
    (one) => isPropertyAssignment(one) && isIdentifier(one.name) && one.name.text === name,
  );
  return property !== undefined && isPropertyAssignment(property) ? property.initializer : undefined;
}

function columnsOf(given: TypeNode | undefined, checker: Checker): DeclaredColumn[] | undefined {
  const type = given && checker.getTypeFromTypeNode(given);
  return (
    type &&
    checker.getPropertiesOfType(type).map((property) => {
      const members = membersOf(checker.getTypeOfSymbol(property));
      const kinds = new Set(members.filter((member) => !isNull(member)).map((member) => kindOf(member, checker)));
      const isNullable = members.some(isNull) || kinds.has('unknown');
      return { name: property.name, kinds: [...kinds], isNullable };
    })
  );
}

function membersOf(type: Type | undefined): readonly Type[] {
  if (type === undefined) return [];
  return type.isUnionType() ? type.getTypes().flatMap(membersOf) : [type];
}

function isNull(type: Type): boolean {
  return (type.flags & (TypeFlags.Null | TypeFlags.Undefined)) !== 0;
}

function kindOf(type: Type, checker: Checker): string {
  if ((type.flags & TypeFlags.StringLike) !== 0) return 'string';
  if ((type.flags & TypeFlags.NumberLike) !== 0) return 'number';
  if ((type.flags & TypeFlags.BooleanLike) !== 0) return 'boolean';
  if ((type.flags & TypeFlags.AnyOrUnknown) !== 0) return 'unknown';
  if (checker.isArrayLikeType(type) && type.isTypeReference()) {
    const [element] = checker.getTypeArguments(type);
    return `${[
      ...new Set(
        membersOf(element)
          .filter((member) => !isNull(member))
          .map((member) => kindOf(member, checker)),
      ),
    ].join('|')}[]`;
  }
  const name = type.getSymbol()?.name;
  return name === 'Date' || name === 'Buffer' ? name : 'object';
}
