import { join, relative, sep } from 'node:path';
import type { CallExpression, Expression, Node, SourceFile } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isNoSubstitutionTemplateLiteral,
  isPropertyAccessExpression,
  isStringLiteral,
  isTemplateExpression,
} from 'typescript/unstable/ast/is';
import { API, type Checker, type Type, TypeFlags } from 'typescript/unstable/sync';
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
  /** The statement where the compiler knows it; undefined where it is put together at run time. */
  readonly text: string | undefined;
  /** The row type, where the call names one. */
  readonly row: readonly DeclaredColumn[] | undefined;
}

/** Folders that are no part of the program. */
const others = ['bench', 'bin', 'docs', 'node_modules', 'rehearsal', 'tests'];

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
      if (file !== undefined) calls.push(...callsIn(file, path, project.checker));
    }
    return calls;
  } finally {
    api.close();
  }
}

function callsIn(file: SourceFile, path: string, checker: Checker): StatementCall[] {
  const calls: StatementCall[] = [];
  const visit = (node: Node): void => {
    if (isCallExpression(node) && isQueryOfDatabase(node.expression, checker)) {
      const [text] = node.arguments;
      if (text !== undefined) {
        const line = file.text.slice(0, node.expression.end).split('\n').length;
        calls.push({ file: path, line, text: textOf(text, checker), row: rowOf(node, checker) });
      }
    }
    node.forEachChild(visit);
  };
  visit(file);
  return calls;
}

/** `query` of a pool or client; a request's query string has a method of that name too. */
function isQueryOfDatabase(called: Expression, checker: Checker): boolean {
  if (!isPropertyAccessExpression(called) || called.name.text !== 'query') return false;
  const receivers = membersOf(checker.getTypeAtLocation(called.expression));
  return receivers.some((type) => /Pool|Client|Queryable/.test(type.getSymbol()?.name ?? ''));
}

/** The value of a text that is always the same: a literal, a constant, or literals and constants put together. */
function textOf(expression: Expression, checker: Checker): string | undefined {
  if (isStringLiteral(expression) || isNoSubstitutionTemplateLiteral(expression)) return expression.text;
  if (isTemplateExpression(expression)) {
    const spans = expression.templateSpans.map((span) => {
      const value = textOf(span.expression, checker);
      return value === undefined ? undefined : value + span.literal.text;
    });
    return spans.includes(undefined) ? undefined : [expression.head.text, ...spans].join('');
  }
  const type = checker.getTypeAtLocation(expression);
  return type?.isStringLiteralType() ? type.value : undefined;
}

function rowOf(call: CallExpression, checker: Checker): DeclaredColumn[] | undefined {
  const [given] = call.typeArguments ?? [];
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
