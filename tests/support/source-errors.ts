import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { projectRoot } from '../../platform/project-root.ts';

/** An error that the program can end in, as its source says it; `…` stands for what is known only when it happens. */
export interface SourceError {
  readonly file: string;
  readonly line: number;
  /** Name of the class: RefusedError, FailedError, or one of the systems' own. */
  readonly name: string;
  readonly exitCode: 1 | 2;
  readonly stage: string;
  /** The message, or for an error of a system its meaning. */
  readonly message: string;
  /** What to do; several where it depends on the case. Empty where another error's words are passed on. */
  readonly nextSteps: readonly string[];
}

/** Where the program lives: all but the rehearsal's simulators, tests and benches. */
export const programFiles =
  '{audit,cli,console,extract,intercom,itop,load,platform,reconcile,transform,workflow}/**/*.ts';

type AnyNode = Record<string, unknown> & { type: string; start: number };

/** The files of the program with their trees. */
export function sources(): { file: string; text: string; program: AnyNode }[] {
  return globSync(programFiles, { cwd: projectRoot })
    .sort()
    .map((file) => {
      const text = readFileSync(join(projectRoot, file), 'utf8');
      return { file, text, program: parseSync(file, text).program as unknown as AnyNode };
    });
}

/** Every node of a tree, the outer ones first. */
export function* nodesOf(node: unknown): Generator<AnyNode> {
  if (Array.isArray(node)) for (const one of node) yield* nodesOf(one);
  if (typeof node !== 'object' || node === null || !('type' in node)) return;
  yield node as AnyNode;
  for (const [name, value] of Object.entries(node)) if (name !== 'type') yield* nodesOf(value);
}

/** Constants of a file by name, with the expression that each is given. */
type Constants = ReadonlyMap<string, unknown>;

/** The texts that an expression can have; none where only running it tells. */
export function textsOf(expression: unknown, constants: Constants = new Map()): string[] {
  const node = expression as AnyNode | undefined;
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : [];
    case 'TemplateLiteral': {
      const quasis = node.quasis as { value: { cooked: string } }[];
      const filled = (node.expressions as AnyNode[]).map((one) =>
        one.type === 'Identifier' ? (textsOf(one, constants)[0] ?? '…') : '…',
      );
      return [quasis.map(({ value }, place) => `${value.cooked}${filled[place] ?? ''}`).join('')];
    }
    case 'ConditionalExpression':
      return [...textsOf(node.consequent, constants), ...textsOf(node.alternate, constants)];
    case 'BinaryExpression': {
      const [left, right] = [textsOf(node.left, constants), textsOf(node.right, constants)];
      return left.length + right.length === 0 ? [] : [`${left[0] ?? '…'}${right[0] ?? '…'}`];
    }
    case 'LogicalExpression':
      return [...textsOf(node.left, constants), ...textsOf(node.right, constants)];
    case 'TSAsExpression':
    case 'ParenthesizedExpression':
      return textsOf(node.expression, constants);
    case 'Identifier':
      return textsOf(constants.get(node.name as string), constants);
    case 'MemberExpression':
      return chosenOf(node, constants).flatMap((one) => textsOf(one, constants));
    default:
      return [];
  }
}

/** What `table[which].name` can be: that property of every entry of a constant table. */
function chosenOf({ object, property: name }: AnyNode, constants: Constants): unknown[] {
  const { type, object: table } = object as AnyNode;
  if (type !== 'MemberExpression') return [];
  const entries = constants.get((table as { name?: string }).name ?? '') as AnyNode | undefined;
  return ((entries?.properties ?? []) as AnyNode[]).map(({ value }) =>
    property(value, (name as { name: string }).name),
  );
}

/** The value of a property of an object literal. */
function property(node: unknown, name: string): unknown {
  const properties = ((node as AnyNode | undefined)?.properties ?? []) as AnyNode[];
  return properties.find((one) => (one.key as { name?: string } | undefined)?.name === name)?.value;
}

const ofSystems = /^(itop|intercom)\/errors\.ts$/;

const exitCodes = { RefusedError: 2, FailedError: 1 } as const;

function constantsOf(program: AnyNode): Constants {
  const constants = new Map<string, unknown>();
  for (const node of nodesOf(program)) {
    const { id, init } = node as { id?: { name?: string }; init?: unknown };
    if (node.type === 'VariableDeclarator' && id?.name !== undefined) constants.set(id.name, init);
  }
  return constants;
}

/** All errors in words that the program makes, in the order of its files. */
export function sourceErrors(): SourceError[] {
  return sources().flatMap(({ file, text, program }) => {
    const lineOf = (node: AnyNode): number => text.slice(0, node.start).split('\n').length;
    const constants = constantsOf(program);
    const resolved = (value: unknown): unknown => {
      const node = value as AnyNode | undefined;
      return node?.type === 'Identifier' ? constants.get(node.name as string) : value;
    };
    const detailOf = (value: unknown, name: string): unknown => {
      const own = property(value, name);
      if (own !== undefined) return resolved(own);
      const spread = (((value as AnyNode)?.properties ?? []) as AnyNode[]).find((one) => one.type === 'SpreadElement');
      return spread === undefined ? undefined : resolved(property(resolved(spread.argument), name));
    };
    const helpers = helpersOf(program);
    // The systems' own errors are in systemErrors.
    const supers: ReadonlyMap<AnyNode, string | undefined> = ofSystems.test(file) ? new Map() : superCallsOf(program);
    return [...nodesOf(program)].flatMap((node): SourceError[] => {
      const name = supers.get(node) ?? (node.callee as { name?: string } | undefined)?.name;
      if ((node.type !== 'NewExpression' && !supers.has(node)) || (name !== 'RefusedError' && name !== 'FailedError'))
        return [];
      const [message, detail] = node.arguments as unknown[];
      if (textOfMember(message) === 'message') return [];
      const of = resolved(detail);
      const helper = helpers.find((one) => one.contains(node) && one.names.includes('nextStep'));
      const base = { file, name, exitCode: exitCodes[name], stage: textsOf(detailOf(of, 'stage'))[0] ?? '' };
      if (helper === undefined) {
        const nextSteps = textsOf(detailOf(of, 'nextStep'));
        return [{ ...base, line: lineOf(node), message: textsOf(resolved(message))[0] ?? '', nextSteps }];
      }
      // A function that makes the error of its arguments: one error a call.
      return helper.calls.map((call) => {
        const argument = (wanted: string): unknown => (call.arguments as unknown[])[helper.names.indexOf(wanted)];
        const own = textsOf(message)[0];
        const given = textsOf(resolved(argument(helper.names[0] ?? '')))[0] ?? '';
        const text = own === undefined ? given : own.replace('…', given === '' ? '…' : given);
        return { ...base, line: lineOf(call), message: text, nextSteps: textsOf(resolved(argument('nextStep'))) };
      });
    });
  });
}

/** The calls by which a class of its own makes one of the errors, with the name of that error. */
function superCallsOf(program: AnyNode): ReadonlyMap<AnyNode, string | undefined> {
  const calls = new Map<AnyNode, string | undefined>();
  for (const node of nodesOf(program)) {
    if (node.type !== 'ClassDeclaration') continue;
    for (const inner of nodesOf(node.body))
      if (inner.type === 'CallExpression' && (inner.callee as AnyNode).type === 'Super')
        calls.set(inner, (node.superClass as { name?: string } | null)?.name);
  }
  return calls;
}

interface Helper {
  readonly names: readonly string[];
  readonly calls: readonly AnyNode[];
  contains(node: AnyNode): boolean;
}

/** Functions of a file, with the names of their parameters and the calls to them. */
function helpersOf(program: AnyNode): Helper[] {
  const nodes = [...nodesOf(program)];
  return nodes.flatMap((node): Helper[] => {
    const made =
      node.type === 'FunctionDeclaration'
        ? node
        : node.type === 'VariableDeclarator'
          ? (node.init as AnyNode)
          : undefined;
    if (made?.type !== 'FunctionDeclaration' && made?.type !== 'ArrowFunctionExpression') return [];
    const name = (node.id as { name?: string } | undefined)?.name;
    const { start, end } = made as unknown as { start: number; end: number };
    return [
      {
        names: (made.params as { name?: string }[]).map((parameter) => parameter.name ?? ''),
        calls: nodes.filter((one) => one.type === 'CallExpression' && (one.callee as { name?: string }).name === name),
        contains: (inner) => inner.start >= start && inner.start < end,
      },
    ];
  });
}

/** Errors of iTop and of Intercom: a class each, which says what it means in its comment. */
export function systemErrors(): SourceError[] {
  return sources()
    .filter(({ file }) => ofSystems.test(file))
    .flatMap(({ file, text, program }) => {
      const constants = constantsOf(program);
      return [...nodesOf(program)].flatMap((node): SourceError[] => {
        if (node.type !== 'ClassDeclaration' || node.superClass === null || node.abstract === true) return [];
        const before = text
          .slice(0, node.start)
          .trimEnd()
          .replace(/export$/, '')
          .trimEnd();
        const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/$/.exec(before)?.[1] ?? '';
        const inside = [...nodesOf(node.body)];
        const steps = inside.flatMap((one) => {
          if (one.type === 'PropertyDefinition' && (one.key as { name?: string }).name === 'nextStep')
            return textsOf(one.value, constants);
          if (one.type === 'AssignmentExpression' && textOfMember(one.left) === 'nextStep')
            return textsOf(one.right, constants);
          if (one.type === 'CallExpression' && (one.callee as AnyNode).type === 'Super')
            return stepsOf((one.arguments as unknown[])[1], constants);
          return [];
        });
        return [
          {
            file,
            line: text.slice(0, node.start).split('\n').length,
            name: (node.id as { name: string }).name,
            exitCode: 1,
            stage: file.startsWith('itop') ? 'itop' : 'intercom',
            message: comment.replaceAll(/\s*\n\s*\*\s*/g, ' ').trim(),
            nextSteps: steps,
          },
        ];
      });
    });
}

/** The next step of what is given to `super`: itself, or a property of it. */
const stepsOf = (argument: unknown, constants: Constants): string[] =>
  [argument, property(argument, 'nextStep')].flatMap((one) => textsOf(one, constants));

const textOfMember = (node: unknown): string | undefined =>
  (node as { property?: { name?: string } } | undefined)?.property?.name;
