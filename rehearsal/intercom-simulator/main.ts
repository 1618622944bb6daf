import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Admin, Team } from './objects.ts';
import { startIntercomSimulator } from './server.ts';
import { switchesOf, WORKSPACE_NAMES, type WorkspaceName } from './switches.ts';

const OPTIONS = {
  port: { type: 'string', default: '0' },
  'control-port': { type: 'string', default: '0' },
  workspace: { type: 'string', default: 'captured' },
  limit: { type: 'string' },
  'search-lag-ms': { type: 'string' },
  'latency-ms': { type: 'string' },
  region: { type: 'string', default: 'US' },
  'id-code': { type: 'string', default: 'rehearsal' },
  teammates: { type: 'string' },
} as const;

/** Starts the simulator from its flags, says on one line of JSON where it is, and ends on SIGTERM or SIGINT. */
async function run(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const token = process.env.INTERCOM_SIMULATOR_TOKEN;
  if (!token) throw new Error('Calls need a token to bear: set INTERCOM_SIMULATOR_TOKEN');
  const like = workspaceName(values.workspace);
  const usual = switchesOf(like);
  const simulator = await startIntercomSimulator({
    token,
    port: wholeNumber('port', values.port),
    controlPort: wholeNumber('control-port', values['control-port']),
    region: values.region,
    idCode: values['id-code'],
    ...(values.teammates === undefined ? {} : await readTeammates(values.teammates)),
    like,
    switches: {
      limit: wholeNumber('limit', values.limit ?? String(usual.limit)),
      searchLagMs: wholeNumber('search-lag-ms', values['search-lag-ms'] ?? String(usual.searchLagMs)),
      latencyMs: wholeNumber('latency-ms', values['latency-ms'] ?? String(usual.latencyMs)),
    },
  });
  process.stdout.write(`${JSON.stringify({ url: simulator.url, controlUrl: simulator.controlUrl })}\n`);
  // A delayed or held answer must not keep the process up.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)));
  }
}

/** The workspace's teammates and teams: `{admins: [{id, name, email}], teams: [{id, name}]}`. */
async function readTeammates(file: string): Promise<{ admins: readonly Admin[]; teams: readonly Team[] }> {
  const { admins, teams } = JSON.parse(await readFile(file, 'utf8')) as { admins?: Admin[]; teams?: Team[] };
  if (admins === undefined || admins.length === 0)
    throw new Error(`${file} names no admin: the first one owns the token`);
  return { admins, teams: teams ?? [] };
}

function workspaceName(text: string): WorkspaceName {
  const name = WORKSPACE_NAMES.find((one) => one === text);
  if (name === undefined) throw new Error(`--workspace must be one of ${WORKSPACE_NAMES.join(', ')}, not "${text}"`);
  return name;
}

function wholeNumber(flag: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${flag} must be a whole number, not "${text}"`);
  return number;
}

run().catch((error: unknown) => {
  process.stderr.write(`intercom-simulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
