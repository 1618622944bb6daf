import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'yaml';

const file = join(import.meta.dirname, '../../../shared/intercom/openapi-2.16.yaml');

/** Whether Intercom's API description lies beside this repository. In CI it must. */
export const hasDescription = existsSync(file);
if (!hasDescription && process.env.CI) throw new Error(`Intercom's API description is missing: nothing at ${file}`);
if (!hasDescription) console.warn("Skipped: Intercom's API description is not beside this repository.");

/** One call as it went over the wire. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly requestBody: unknown;
  readonly status: number;
  readonly responseBody: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly template: RegExp;
  readonly parameterCount: number;
  readonly method: string;
  readonly pointer: string;
  readonly hasRequestBody: boolean;
  readonly statuses: readonly string[];
  readonly queryParameters: readonly string[];
}

/** An answer that the description shows. */
export interface DescribedAnswer {
  readonly operationId: string;
  readonly status: number;
  /** Its name in the description. */
  readonly name: string;
  readonly body: unknown;
}

/** Intercom's API description as a judge of calls. */
export interface Description {
  /** All answers with a body that the description shows for an operation. */
  readonly answersOf: (operationId: string) => DescribedAnswer[];
  /** What of a request does not fit the description: its operation, the parameters of its path, its body. */
  readonly faultsOfRequest: (request: {
    readonly operation: string;
    readonly method: string;
    readonly path: string;
    readonly body?: unknown;
  }) => string[];
  readonly operationOf: (method: string, path: string) => string | undefined;
  /** What of an exchange does not fit the description; empty when all does. */
  readonly faultsOf: (exchange: Exchange) => string[];
}

/**
 * Reads the description. It contradicts itself here and there (an id called a uuid whose example is none, a relative address called a
 * uri): a fault that an example of the description shows too, of any operation and at the same end of its path, is none.
 * Its deviations from plain JSON schema are mended: `nullable`, and examples, which the validator does not know.
 * Members the description does not name are faults in requests only: it names what is taken, not all that is given.
 */
export function readDescription(): Description {
  const original = parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const document = mend(original) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  (formats as unknown as (instance: Ajv) => void)(ajv);
  // Formats of the description that no standard knows.
  for (const format of ['string', 'timestamp']) ajv.addFormat(format, true);
  ajv.addSchema(document, 'api');
  const validators = new Map<string, ValidateFunction>();
  const operations = operationsOf(document);

  function find(method: string, path: string): Operation | undefined {
    const fitting = operations.filter((operation) => operation.method === method && operation.template.test(path));
    // /contacts/search also fits /contacts/{id}: the more literal path is meant.
    return fitting.sort((a, b) => a.parameterCount - b.parameterCount)[0];
  }

  function faults(pointer: string, value: unknown, what: string): string[] {
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: `api#${pointer}` });
    validators.set(pointer, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${what} ${error.instancePath} ${error.message ?? ''}`);
  }

  let excused: Set<string> | undefined;
  /** What the examples of the description do not fulfil themselves. */
  function faultsOfExamples(): Set<string> {
    if (excused !== undefined) return excused;
    excused = new Set();
    for (const { operation, at, content } of examplesOf(original, operations)) {
      const schema = `${operation.pointer}${at}/content/application~1json/schema`;
      if (!hasPointer(document, schema)) continue;
      for (const fault of faults(schema, content, operation.operationId)) excused.add(ending(fault));
    }
    return excused;
  }

  /** What of a request's body does not fit; nothing where there is none. */
  function faultsOfBody(operation: Operation, body: unknown): string[] {
    const name = operation.operationId;
    if (body === undefined) return [];
    if (!operation.hasRequestBody) return [`${name} takes no body`];
    return faults(`${operation.pointer}/requestBody/content/application~1json/schema`, body, `${name} request`);
  }

  return {
    answersOf: (operationId) =>
      [...examplesOf(original, operations)]
        .filter(({ operation, at: place }) => operation.operationId === operationId && place !== '/requestBody')
        .map(({ at: place, name, content }) => ({
          operationId,
          status: Number(place.slice('/responses/'.length)),
          name,
          body: content,
        })),
    faultsOfRequest({ operation: meant, method, path, body }) {
      const url = new URL(path, 'https://api.intercom.io');
      const operation = find(method, url.pathname);
      if (operation?.operationId !== meant)
        return [`${meant} ${method} ${path} is ${operation?.operationId ?? 'nothing'} in the description`];
      const unknown = [...url.searchParams.keys()].filter((name) => !operation.queryParameters.includes(name));
      return [
        ...unknown.map((name) => `${meant} has no parameter ${name}`),
        ...faultsOfBody(operation, body).filter((fault) => !faultsOfExamples().has(ending(fault))),
      ];
    },
    operationOf: (method, path) => find(method, path)?.operationId,
    faultsOf({ method, path, requestBody, status, responseBody }) {
      const operation = find(method, path.replace(/\?.*$/, ''));
      if (operation === undefined) return [`${method} ${path} is no operation of the description`];
      const name = operation.operationId;
      const found: string[] = [];
      found.push(...faultsOfBody(operation, requestBody));
      if (!operation.statuses.includes(String(status))) return [...found, `${name} does not answer ${status}`];
      const schema = `${operation.pointer}/responses/${status}/content/application~1json/schema`;
      if (hasPointer(document, schema)) found.push(...faults(schema, responseBody, `${name} ${status}`));
      return found.filter((fault) => !faultsOfExamples().has(ending(fault)));
    },
  };
}

function operationsOf(document: Record<string, unknown>): Operation[] {
  const paths = document.paths as Record<string, Record<string, Record<string, unknown>>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => ['get', 'post', 'put', 'delete'].includes(method))
      .map(([method, operation]) => ({
        operationId: String(operation.operationId),
        template: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
        parameterCount: path.split('{').length - 1,
        method: method.toUpperCase(),
        pointer: `/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}/${method}`,
        hasRequestBody: operation.requestBody !== undefined,
        statuses: Object.keys(operation.responses as object),
        queryParameters: ((operation.parameters ?? []) as { in: string; name: string }[])
          .filter((parameter) => parameter.in === 'query')
          .map(({ name }) => name),
      })),
  );
}

function* examplesOf(document: Record<string, unknown>, operations: readonly Operation[]) {
  for (const operation of operations) {
    const described = at(document, operation.pointer) as {
      requestBody?: { content?: Record<string, { examples?: Record<string, { value?: unknown }> }> };
      responses: Record<string, { content?: Record<string, { examples?: Record<string, { value?: unknown }> }> }>;
    };
    const bodies = [
      ['/requestBody', described.requestBody] as const,
      ...Object.entries(described.responses).map(([status, response]) => [`/responses/${status}`, response] as const),
    ];
    for (const [place, body] of bodies) {
      for (const [name, example] of Object.entries(body?.content?.['application/json']?.examples ?? {})) {
        if (example.value !== undefined) yield { operation, at: place, name, content: example.value };
      }
    }
  }
}

/** A fault without the operation and with the last two steps of its path: one object is described in many places. */
function ending(fault: string): string {
  const [, path = '', message = ''] = /^\S+(?: \S+)*? (\/\S*|) (.*)$/.exec(fault) ?? [];
  return `${path
    .replace(/\/\d+(?=\/|$)/g, '/*')
    .split('/')
    .slice(-2)
    .join('/')} ${message}`;
}

function hasPointer(document: unknown, pointer: string): boolean {
  return at(document, pointer) !== undefined;
}

function at(document: unknown, pointer: string): unknown {
  let value: unknown = document;
  for (const step of pointer.slice(1).split('/')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[decodeURIComponent(step.replaceAll('~1', '/').replaceAll('~0', '~'))];
  }
  return value;
}

/** `nullable: true` beside a type becomes a union with null, wherever it stands. */
function mend(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mend);
  if (typeof value !== 'object' || value === null) return value;
  const mended: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'example' || name === 'examples' || name === 'discriminator') continue;
    mended[name] = mend(inner);
  }
  if (typeof mended.nullable !== 'boolean') return mended;
  const { nullable, ...schema } = mended;
  return nullable ? { anyOf: [schema, { type: 'null' }] } : schema;
}
