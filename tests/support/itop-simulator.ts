import {
  type RunningSimulator,
  type SimulatorOptions,
  startSimulator,
} from '../../rehearsal/itop-simulator/simulator.ts';

const PASSWORD = 'rehearsal-password';

export interface ItopAnswer {
  readonly code: number;
  readonly message: string;
  readonly objects?: Record<string, { class: string; key: string; fields: Record<string, unknown> }> | null;
}

/** A simulated iTop inside the test's process, with what tests ask of it. */
export interface TestItop extends RunningSimulator {
  readonly password: string;
  /** One call as form fields, by the administrator unless a login is given. */
  readonly call: (parameters: unknown, login?: string) => Promise<ItopAnswer>;
  readonly post: (fields: Record<string, string>, headers?: Record<string, string>) => Promise<Response>;
  readonly control: (path: string, body?: unknown) => Promise<unknown>;
}

export async function startTestItop(options: Omit<SimulatorOptions, 'password'> = {}): Promise<TestItop> {
  const simulator = await startSimulator({ ...options, password: PASSWORD });
  const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${simulator.url}/webservices/rest.php`, { method: 'POST', body: new URLSearchParams(fields), headers });
  return {
    ...simulator,
    password: PASSWORD,
    post,
    async call(parameters, login = 'admin') {
      const json = JSON.stringify(parameters);
      const response = await post({ version: '1.4', auth_user: login, auth_pwd: PASSWORD, json_data: json });
      return (await response.json()) as ItopAnswer;
    },
    async control(path, body) {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      return (await fetch(`${simulator.controlUrl}${path}`, init)).json();
    },
  };
}

/** A `core/get` by OQL, with explicit fields. */
export function get(oql: string, fields: string, more: Record<string, unknown> = {}) {
  const className = /^SELECT (\w+)/.exec(oql)?.[1];
  return { operation: 'core/get', class: className, key: oql, output_fields: fields, ...more };
}
