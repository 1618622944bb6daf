import { parseArgs } from 'node:util';
import { startSimulator } from './simulator.ts';

const OPTIONS = {
  port: { type: 'string', default: '0' },
  'control-port': { type: 'string', default: '0' },
  tickets: { type: 'string', default: '300' },
  seed: { type: 'string', default: '1' },
  'log-entries': { type: 'string', default: '4' },
  user: { type: 'string', default: 'admin' },
  password: { type: 'string' },
  pace: { type: 'string', default: 'none' },
  timezone: { type: 'string', default: 'Europe/Paris' },
  captures: { type: 'string' },
  odd: { type: 'boolean', default: false },
  language: { type: 'string' },
} as const;

function wholeNumber(flag: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${flag} must be a whole number, not "${text}"`);
  return number;
}

/** Starts the simulator from its flags, says on one line of JSON where it is, and ends on SIGTERM or SIGINT. */
async function run(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const password = values.password ?? process.env.ITOP_SIMULATOR_PASSWORD;
  if (!password) throw new Error('The accounts need a password: set ITOP_SIMULATOR_PASSWORD or give --password');
  const { pace } = values;
  if (pace !== 'none' && pace !== 'measured') throw new Error(`--pace is none or measured, not "${pace}"`);
  const simulator = await startSimulator({
    port: wholeNumber('port', values.port),
    controlPort: wholeNumber('control-port', values['control-port']),
    generator: {
      seed: wholeNumber('seed', values.seed),
      tickets: wholeNumber('tickets', values.tickets),
      logEntriesPerTicket: wholeNumber('log-entries', values['log-entries']),
    },
    user: values.user,
    password,
    pace,
    timeZone: values.timezone,
    isOdd: values.odd,
    ...(values.language === undefined ? {} : { language: values.language }),
    ...(values.captures === undefined ? {} : { captures: values.captures }),
  });
  process.stdout.write(`${JSON.stringify({ url: simulator.url, controlUrl: simulator.controlUrl })}\n`);
  // A delayed or held answer must not keep the process up.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)));
  }
}

run().catch((error: unknown) => {
  process.stderr.write(`itop-simulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
