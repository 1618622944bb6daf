import { Command } from 'commander';
import { landTopics } from '../extract/landing/land-topics.ts';
import { blobDirectory } from '../extract/sources/files/open-files.ts';
import { openBlobStore } from '../platform/blob-store.ts';
import { RefusedError } from '../platform/errors.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { withCommonOptions } from './common-options.ts';
import { formatTable, printResult } from './print.ts';

interface LandOptions extends CommonOptions {
  readonly untilEmpty?: boolean;
  readonly replay?: boolean;
  readonly recreated?: string;
}

export function landCommand(): Command {
  return withCommonOptions(new Command('land'))
    .description('Lands the Kafka topics in the raw tables, as a sink of its own; several may run.')
    .option('--until-empty', 'end when everything in the topics is landed, instead of waiting for more')
    .option('--replay', 'read the topics from their first records; what is landed already stays as it is')
    .option('--recreated <topic>', 'the topic was deleted and recreated: land it from its first record')
    .addHelpText(
      'after',
      '\nYou can kill it at any moment: the same command continues at the landed offset. Ctrl-C ends it.\nNeeds KAFKA_BROKERS, or kafka.brokers in the configuration.',
    )
    .action((options: LandOptions) =>
      inContext(options, 'none', async ({ settings, database, progress, isJson, signal }) => {
        const { brokers } = settings.kafka;
        if (brokers.length === 0) {
          throw new RefusedError('No Kafka broker is configured.', {
            stage: 'land',
            nextStep: 'Set KAFKA_BROKERS=kafka1.example:9092. Without Kafka, extract lands by itself.',
          });
        }
        const outcome = await landTopics({
          brokers,
          pool: database.pool,
          blobs: await openBlobStore(blobDirectory(settings)),
          progress,
          signal,
          isReplay: options.replay === true,
          untilEmpty: options.untilEmpty === true || options.replay === true,
          ...(options.recreated === undefined ? {} : { recreated: options.recreated }),
        });
        const text = [
          formatTable(outcome.topics as never),
          '',
          `${outcome.landed} records landed, ${outcome.repeated} had been landed before.`,
          'Next: itop-to-intercom transform',
        ];
        printResult(isJson, outcome, text.join('\n'));
      }),
    );
}
