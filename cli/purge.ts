import { Command, InvalidArgumentError, Option } from 'commander';
import { blobDirectory } from '../extract/sources/files/open-files.ts';
import { openBlobStore } from '../platform/blob-store.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { executeFilePurge, planFilePurge } from '../workflow/purge/purge-files.ts';
import { type PurgedRow, purgeKinds } from '../workflow/purge/purge-record.ts';
import { executePurge, planPurge } from '../workflow/purge/purge-rows.ts';
import { purgeTopics } from '../workflow/purge/purge-topics.ts';
import { withCommonOptions } from './common-options.ts';
import { formatTable, printResult } from './print.ts';

const allKinds = [...purgeKinds, 'files', 'topics'] as const;

interface PurgeOptions extends CommonOptions {
  readonly keepDays: number;
  readonly only?: readonly PurgedRow['kind'][];
  readonly key?: string;
  readonly execute?: boolean;
  readonly by?: string;
  readonly reason?: string;
}

export function purgeCommand(): Command {
  return withCommonOptions(new Command('purge'))
    .description('Shows what the warehouse keeps beyond its retention, and with --execute deletes it permanently.')
    .requiredOption('--keep-days <n>', 'keep what is younger than this', (text) => {
      const value = Number(text);
      if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number of days.');
      return value;
    })
    .addOption(new Option('--only <kinds...>', 'only these kinds').choices(allKinds))
    .option('--key <source key>', 'only what belongs to one object, e.g. Contact::5')
    .option('--execute', 'delete it; without this option nothing changes')
    .option('--by <name>', 'who purges, for the record')
    .option('--reason <text>', 'why, for the record')
    .addHelpText(
      'after',
      `
versions: superseded versions of objects; the latest always stays. dead_letters: records that could not be stored.
journal: the bodies that were sent; the calls, their ids and what a rollback restores stay. Do this after the last delta.
What was purged stands in ops.purge and ops.purged. Where whose data went: select * from reconcile.personal_data.
files: bytes in the blob store that nothing has to send any more; the files' names stay, with when their bytes went.
topics: records of Kafka's topics that are landed, but for the last of each partition. They cannot be taken out for one object.`,
    )
    .action((options: PurgeOptions) =>
      inContext(options, 'none', async ({ database, settings, isJson }) => {
        const wanted = options.only ?? allKinds;
        const request = {
          kinds: purgeKinds.filter((kind) => wanted.includes(kind)),
          keepDays: options.keepDays,
          ...(options.key === undefined ? {} : { sourceKey: options.key }),
        };
        const isExecuting = options.execute === true;
        const { pool } = database;
        const signature = { purgedBy: options.by ?? '', reason: options.reason ?? '' };
        const rows = isExecuting
          ? await executePurge(pool, { ...request, ...signature })
          : await planPurge(pool, request);
        if (wanted.includes('files')) {
          const store = await openBlobStore(blobDirectory(settings));
          const purge = isExecuting
            ? executeFilePurge(pool, store, { ...request, ...signature })
            : planFilePurge(pool, store, request);
          rows.push(...(await purge));
        }
        const { brokers } = settings.kafka;
        if (wanted.includes('topics') && brokers.length > 0 && options.key === undefined) {
          const { keepDays } = request;
          rows.push(...(await purgeTopics(pool, { brokers, keepDays, ...(isExecuting ? { signature } : {}) })));
        }
        const next = isExecuting
          ? 'Purged. The record: select * from ops.purge join ops.purged using (purge_id)'
          : 'Nothing was changed. Next: the same command with --execute --by <your name> --reason <why>';
        const text =
          rows.length === 0
            ? 'Nothing is older than that.'
            : `${formatTable(rows.map((row) => ({ ...row })))}\n${next}`;
        printResult(isJson, { isExecuted: isExecuting, rows }, text);
      }),
    );
}
