import type { Workspace } from './workspace.ts';

/** One request that passed authentication, as the operations see it. */
export interface Call {
  readonly workspace: Workspace;
  /** Parameters of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed JSON body; undefined when there was none. */
  readonly body: unknown;
}

/** Executes an operation on the workspace and gives the answer's body. Throws an ApiError. */
export type Handler = (call: Call) => unknown;

/** One operation of Intercom's description. */
export interface Operation {
  /** Its operationId. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with parameters as `{name}`, as the description writes it. */
  readonly path: string;
  /** Whether it changes the workspace: searches are POST and do not. */
  readonly isMutating: boolean;
  readonly handle: Handler;
}

/** A path parameter that the router has matched. */
export function parameter(call: Call, name: string): string {
  return call.parameters[name] ?? '';
}
