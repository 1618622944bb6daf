import { Command } from 'commander';
import { openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres, stopEmbeddedPostgres, urlOfEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { RefusedError } from '../platform/errors.ts';
import { migrate } from '../platform/migrate.ts';
import {
  type CommonOptions,
  embeddedDirectory,
  inContext,
  readSettings,
  withCommonOptions,
} from './command-context.ts';
import { formatTable, printResult, type ResultRow } from './print.ts';

export function dbCommand(): Command {
  const db = new Command('db')
    .description('The staging warehouse: the embedded Postgres, or the one DATABASE_URL names.')
    .exitOverride();
  db.addCommand(
    withCommonOptions(new Command('start'))
      .description('Starts the embedded Postgres; it stays up until "db stop".')
      .action(start),
  );
  db.addCommand(
    new Command('stop')
      .description('Stops the embedded Postgres.')
      .action(() => stopEmbeddedPostgres(embeddedDirectory())),
  );
  db.addCommand(
    withCommonOptions(new Command('url')).description('Prints the URL to open with any SQL client.').action(printUrl),
  );
  db.addCommand(
    withCommonOptions(new Command('sql'))
      .argument('<query>', 'one query')
      .description('Runs one query and prints its rows, e.g. db sql "select * from reconcile.count_by_class".')
      .action(runQuery),
  );
  return db;
}

async function start(options: CommonOptions): Promise<void> {
  const server = await startEmbeddedPostgres({ directory: embeddedDirectory() });
  const database = openDatabase(server.url);
  try {
    await migrate(database.pool);
  } finally {
    await database.close();
  }
  printResult(options.json === true, { url: server.url }, server.url);
}

async function printUrl(options: CommonOptions): Promise<void> {
  const url = readSettings(options).database.url ?? (await urlOfEmbeddedPostgres(embeddedDirectory()));
  if (url === undefined) {
    throw new RefusedError('The embedded Postgres is not running.', {
      stage: 'database',
      nextStep: 'itop-to-intercom db start',
    });
  }
  printResult(options.json === true, { url }, url);
}

function runQuery(query: string, options: CommonOptions): Promise<void> {
  return inContext(options, async ({ database, isJson }) => {
    const { rows } = await database.pool.query<ResultRow>(query);
    printResult(isJson, rows, rows.length === 0 ? '(no rows)' : formatTable(rows));
  });
}
