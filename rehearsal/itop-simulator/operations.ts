import { LoginRefused, logIn, type Session } from './accounts.ts';
import { type Answer, coreGet, type Parameters, requiredClass } from './core-get.ts';
import type { ItopObjects } from './itop-objects.ts';
import { phpJson } from './json-text.ts';
import { RestError } from './rest-error.ts';
import type { Statistics } from './statistics.ts';

/** Everything a request needs: the objects, who may log in, and where calls are counted. */
export interface Itop {
  readonly objects: ItopObjects;
  /** The password of every account. */
  readonly password: string;
  readonly statistics: Statistics;
  /** Token of the administrator, where the module for tokens is there. */
  readonly token?: string | undefined;
  /** What a web server in front asks for by HTTP Basic, as `name:password`. */
  readonly front?: string | undefined;
  /** What PHP writes before every answer. */
  readonly phpOutput?: string | undefined;
}

export interface Call {
  readonly token: string | undefined;
  readonly login: string | undefined;
  readonly password: string | undefined;
  readonly version: string | undefined;
  readonly json: string | undefined;
}

const VERSIONS = ['1.0', '1.1', '1.2', '1.3', '1.4'];

const VERBS: Readonly<Record<string, string>> = {
  'core/create': 'Create an object',
  'core/update': 'Update an object',
  'core/apply_stimulus': 'Apply a stimulus to change the state of an object',
  'core/get': 'Search for objects',
  'core/delete': 'Delete objects',
  'core/get_related': 'Get related objects through the specified relation',
  'core/check_credentials': 'Check user credentials',
};

/** Verbs that would change the source, with the word iTop uses when the right is missing. */
const WRITING: Readonly<Record<string, string>> = {
  'core/create': 'creating',
  'core/update': 'modifying',
  'core/apply_stimulus': 'modifying',
  'core/delete': 'deleting',
};

/** What a call asks for, as far as it can be read, so that faults and holds can pick it out before it is answered. */
export function parametersOf(call: Call): Parameters {
  try {
    const parsed: unknown = JSON.parse(call.json ?? '');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Parameters) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Answers one call; errors come out as answers too, in the order of iTop's own checks. */
export function answerCall(itop: Itop, call: Call): Answer {
  try {
    return perform(itop, call);
  } catch (error) {
    if (error instanceof RestError) return fixedAnswer(error.body());
    if (error instanceof LoginRefused) {
      itop.statistics.loginsRefused++;
      return fixedAnswer({ code: 1, message: `Error: ${error.message}` });
    }
    throw error;
  }
}

function perform(itop: Itop, call: Call): Answer {
  const byToken = itop.token !== undefined && call.token === itop.token;
  if (!byToken && (call.login === undefined || call.password !== itop.password))
    throw new LoginRefused('Invalid login');
  const session = logIn(itop.objects, byToken ? 'admin' : (call.login ?? ''));
  if (call.version === undefined) throw new RestError(2, "Error: Missing parameter 'version' (e.g. '1.0')");
  if (call.json === undefined) throw new RestError(3, "Error: Missing parameter 'json_data'");
  const parameters = parseJson(call.json);
  if (!VERSIONS.includes(call.version))
    throw new RestError(10, `Error: There is no service available for version '${call.version}'`);
  const operation = parameters.operation;
  if (operation === undefined) throw new RestError(100, "Error: Missing parameter 'operation'");
  if (operation === 'list_operations') return listOperations(call.version);
  if (typeof operation !== 'string' || !(operation in VERBS)) {
    throw new RestError(11, `Error: Unknown verb '${String(operation)}' in version '${call.version}'`);
  }
  if (operation === 'core/get') return coreGet(itop.objects, session, parameters);
  if (operation === 'core/check_credentials') return checkCredentials(itop, parameters);
  if (operation in WRITING) throw refuseWrite(itop, session, operation, parameters);
  throw new RestError(100, `Error: the simulated iTop does not answer ${operation}`);
}

function parseJson(json: string): Parameters {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === 'object' && parsed !== null) return parsed as Parameters;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new RestError(4, 'Error: Parameter json_data is not a valid JSON structure');
}

function listOperations(version: string): Answer {
  const operations = Object.entries(VERBS).map(([verb, description]) => ({
    verb,
    description,
    extension: 'CoreServices',
  }));
  return fixedAnswer({ code: 0, message: `Operations: ${operations.length}`, version, operations });
}

function checkCredentials(itop: Itop, parameters: Parameters): Answer {
  for (const name of ['user', 'password']) {
    if (typeof parameters[name] !== 'string') throw new RestError(100, `Error: Missing parameter '${name}'`);
  }
  let authorized = parameters.password === itop.password;
  if (authorized) {
    try {
      logIn(itop.objects, String(parameters.user));
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error;
      // The account may exist without any right to REST: only an invalid login is not authorized.
      authorized = error.message !== 'Invalid login';
    }
  }
  return fixedAnswer({ code: 0, message: null, authorized });
}

/** The source is read only: a write is counted, so that a test can see the attempt, and never done. */
function refuseWrite(itop: Itop, session: Session, operation: string, parameters: Parameters): RestError {
  itop.statistics.writesAttempted++;
  if (parameters.comment === undefined) return new RestError(100, "Error: Missing parameter 'comment'");
  const className = requiredClass(itop.objects, parameters);
  if (!session.isAdministrator) {
    return new RestError(
      1,
      `The current user does not have enough permissions for ${WRITING[operation]} data of class ${className}`,
      true,
    );
  }
  return new RestError(
    100,
    `Error: the simulated iTop is read only: ${operation} of ${className} was refused and counted`,
  );
}

function fixedAnswer(body: Readonly<Record<string, unknown>>): Answer {
  return { rows: 0, expandsLinkSets: false, text: () => [phpJson(body)] };
}
