import { parseArgs } from 'node:util';
import { startSimulator } from './simulator.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'control-port': { type: 'string', default: '0' },
    tickets: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    'log-entries': { type: 'string', default: '4' },
    user: { type: 'string', default: 'admin' },
    password: { type: 'string' },
    pace: { type: 'string', default: 'none' },
    captures: { type: 'string' },
    timezone: { type: 'string', default: 'Europe/Paris' },
  },
});

function wholeNumber(name: 'port' | 'control-port' | 'tickets' | 'seed' | 'log-entries'): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 0)
    throw new Error(`--${name} must be a whole number, not "${values[name]}"`);
  return number;
}

const password = values.password ?? process.env.ITOP_SIMULATOR_PASSWORD;
if (!password) throw new Error('The accounts need a password: set ITOP_SIMULATOR_PASSWORD or give --password');
if (values.pace !== 'none' && values.pace !== 'measured')
  throw new Error(`--pace is none or measured, not "${values.pace}"`);

const simulator = await startSimulator({
  port: wholeNumber('port'),
  controlPort: wholeNumber('control-port'),
  generator: {
    seed: wholeNumber('seed'),
    tickets: wholeNumber('tickets'),
    logEntriesPerTicket: wholeNumber('log-entries'),
  },
  user: values.user,
  password,
  pace: values.pace,
  timeZone: values.timezone,
  ...(values.captures === undefined ? {} : { captures: values.captures }),
});
process.stdout.write(`${JSON.stringify({ url: simulator.url, controlUrl: simulator.controlUrl })}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void simulator.close());
