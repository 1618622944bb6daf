import { resolve } from 'node:path';
import pino from 'pino';
import { messageOf, RefusedError } from './errors.ts';
import { withoutSecrets } from './redact.ts';
import type { Settings } from './settings.ts';

export type Log = pino.Logger;

/** Names under which a secret may be logged by mistake: pino hides what stands there. */
const secretNames = ['password', 'token', 'key', 'authorization', 'auth_pwd'];

/**
 * The log of a command: one line of JSON an event, appended to `log.file`; nothing where no file is set. What a person reads is
 * printed besides, and results go to standard output.
 *
 * Secrets are hidden twice: by the names they stand under, and as the values that the configuration holds. Throws RefusedError where
 * the file cannot be opened.
 */
export function openLog({ file, level }: Settings['log'], command: string): Log {
  if (file === undefined) return pino({ enabled: false });
  return pino(
    {
      level,
      base: { command, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '***' },
      hooks: { streamWrite: withoutSecrets },
    },
    openFile(resolve(file)),
  );
}

/** Each line is in the file when the command goes on: the last one before a crash is the one that is needed. */
function openFile(dest: string): pino.DestinationStream {
  try {
    return pino.destination({ dest, append: true, mkdir: true, mode: 0o600, sync: true });
  } catch (error) {
    throw new RefusedError(`The log cannot be written: ${messageOf(error)}`, {
      stage: 'configuration',
      nextStep: 'Set log.file to a file in a directory that this account may write to.',
      cause: error,
    });
  }
}
