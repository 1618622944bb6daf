import { Command, InvalidArgumentError } from 'commander';
import { startConsole } from '../console/server.ts';
import { blobDirectory } from '../extract/sources/files/open-files.ts';
import { openBlobStore } from '../platform/blob-store.ts';
import { printLine } from '../platform/terminal.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { operatorOf } from '../workflow/operator.ts';
import { withCommonOptions } from './common-options.ts';

interface ConsoleOptions extends CommonOptions {
  readonly host: string;
  readonly port: number;
}

export function consoleCommand(): Command {
  return withCommonOptions(new Command('console'))
    .description(
      'Opens the migration in a browser: where it stands, every record before and after, what needs a decision, and the signatures.',
    )
    .option('--port <n>', 'port to listen on', portNumber, 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--read-only', 'show it only: nothing can be accepted, signed or changed')
    .addHelpText(
      'after',
      `
It prints an address that opens it in one browser, once. It reads the warehouse only, works while a load runs, and needs neither iTop
nor Intercom. Decisions are recorded as the commands record them. With --read-only Postgres refuses every write too, and with the
DATABASE_URL of a role that may only read it is read-only by itself: docs/console.md has the statement that makes one.
Ctrl-C ends it.`,
    )
    .action((options: ConsoleOptions) =>
      inContext(options, 'none', async (context) => {
        const { settings, database, isReadOnly, signal } = context;
        const opened = await startConsole({
          pool: database.pool,
          isReadOnly,
          blobs: await openBlobStore(blobDirectory(settings)).catch(() => undefined),
          mappingFile: settings.mapping.file,
          operator: operatorOf(context),
          host: options.host,
          port: options.port,
          onOpened: (address) => printLine(`Opened. For another browser: ${address}`),
        });
        printLine(
          `Open ${opened.address()}\n${isReadOnly ? 'Read-only: nothing can be accepted, signed or changed. ' : ''}Ctrl-C ends it.`,
        );
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        await opened.close();
      }),
    );
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('It must be a port from 0 to 65535.');
  return port;
}
