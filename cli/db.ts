import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { restoreBackup } from '../platform/backup/restore-backup.ts';
import { writeBackup } from '../platform/backup/write-backup.ts';
import { openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres, stopEmbeddedPostgres, urlOfEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { messageOf, RefusedError } from '../platform/errors.ts';
import { migrate } from '../platform/migrate.ts';
import { applyViews } from '../transform/apply-views.ts';
import { readingAids } from '../transform/reading-aids.ts';
import { type CommonOptions, embeddedDirectory, inContext, readSettings } from '../workflow/command-context.ts';
import { withCommonOptions } from './common-options.ts';
import { formatTable, printResult, type ResultRow } from './print.ts';

export function dbCommand(): Command {
  const db = new Command('db')
    .description('The staging warehouse: the embedded Postgres, or the one DATABASE_URL names.')
    .exitOverride();
  db.addCommand(
    withCommonOptions(new Command('start'))
      .description('Starts the embedded Postgres; it keeps running until "db stop".')
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
    withCommonOptions(new Command('dictionary'))
      .option('--out <directory>', 'where to write the files', '.')
      .description(
        'Writes data-dictionary.md, entities.md and dbt-sources.yml from the comments and keys in the database.',
      )
      .action(writeReadingAids),
  );
  db.addCommand(
    withCommonOptions(new Command('sql'))
      .argument('<query>', 'one query')
      .description('Runs one query and prints its rows, e.g. db sql "select * from reconcile.count_by_class".')
      .addHelpText('after', '\nOn a terminal long values are cut at its width; --json, or a pipe, has them whole.')
      .action(runQuery),
  );
  db.addCommand(
    withCommonOptions(new Command('backup'))
      .description(
        'Writes identities, journal, verdicts, decisions and confirmations into a new directory, as one snapshot.',
      )
      .argument('<directory>', 'a new directory')
      .option('--with-raw', 'also everything that was extracted')
      .addHelpText(
        'after',
        '\nIt holds personal data: keep it as you keep the database. The bytes of files are not in it.',
      )
      .action(backup),
  );
  db.addCommand(
    withCommonOptions(new Command('restore'))
      .description('Replaces what the database holds by a backup, completely or not at all.')
      .argument('<directory>', 'a directory that "db backup" wrote')
      .option('--replace', 'also if the database holds work, which is lost')
      .action(restore),
  );
  for (const command of db.commands) command.exitOverride();
  return db;
}

function backup(directory: string, options: CommonOptions & { withRaw?: boolean }): Promise<void> {
  return inContext(options, 'none', async ({ database, isJson }) => {
    const manifest = await writeBackup({ pool: database.pool, directory, withRaw: options.withRaw === true });
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    const text = `${manifest.tables.length} tables with ${rows} rows in ${directory}.\nTo put it back: itop-to-intercom db restore ${directory}`;
    printResult(isJson, manifest, text);
  });
}

function restore(directory: string, options: CommonOptions & { replace?: boolean }): Promise<void> {
  return inContext(options, 'none', async ({ database, isJson }) => {
    const manifest = await restoreBackup({ pool: database.pool, directory, isReplacing: options.replace === true });
    const next = manifest.withRaw ? 'itop-to-intercom transform' : 'itop-to-intercom extract, then transform';
    const text = `${manifest.tables.length} tables of ${manifest.createdAt} are back.\nNext: ${next}`;
    printResult(isJson, { restored: manifest.tables.length, createdAt: manifest.createdAt }, text);
  });
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
  return inContext(options, 'none', async ({ database, isJson }) => {
    const { rows } = await database.pool.query<Record<string, unknown>>(query).catch((error: unknown) => {
      throw new RefusedError(`Postgres refuses the query: ${messageOf(error)}`, {
        stage: 'database',
        nextStep: 'Correct it; docs/data-dictionary.md describes every relation and column.',
        cause: error,
      });
    });
    const shown = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asCell(value)])),
    );
    printResult(isJson, rows, rows.length === 0 ? '(no rows)' : formatTable(shown));
  });
}

/** A value as a cell of a table shows it: times in UTC, intervals as Postgres writes them, other structures as JSON. */
function asCell(value: unknown): ResultRow[string] {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value as ResultRow[string];
  return 'toPostgres' in value && typeof value.toPostgres === 'function' ? value.toPostgres() : JSON.stringify(value);
}

function writeReadingAids(options: CommonOptions & { out: string }): Promise<void> {
  return inContext(options, 'none', async ({ database, isJson }) => {
    await applyViews(database.pool);
    const { dictionary, entities, dbtSources } = await readingAids(database.pool);
    await writeFile(join(options.out, 'data-dictionary.md'), dictionary);
    await writeFile(join(options.out, 'entities.md'), entities);
    await writeFile(join(options.out, 'dbt-sources.yml'), dbtSources);
    const text = `Written: data-dictionary.md, entities.md and dbt-sources.yml in ${options.out}`;
    printResult(isJson, { directory: options.out }, text);
  });
}
