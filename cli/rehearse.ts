import { Command, InvalidArgumentError, Option } from 'commander';
import { FailedError } from '../platform/errors.ts';
import { printErrorLine } from '../platform/terminal.ts';
import type { ClassCount } from '../reconcile/run-reconcile.ts';
import { sentenceOf, type Unexplained } from '../reconcile/unexplained.ts';
import { WORKSPACE_NAMES } from '../rehearsal/intercom-simulator/switches.ts';
import type { Judgement } from '../rehearsal/judge/judge-rehearsal.ts';
import { type CommandContext, inContext } from '../workflow/command-context.ts';
import { audit, extract, load, reconcile, transform } from '../workflow/pipeline.ts';
import { claimRehearsal } from '../workflow/rehearsal/claim.ts';
import { confirmRehearsal, decideMapping, drawRehearsalSample } from '../workflow/rehearsal/confirm.ts';
import { setUpObjectTypes } from '../workflow/rehearsal/custom-object-types.ts';
import {
  closeRehearsalSite,
  openRehearsalSite,
  type RehearsalSite,
  type RehearsalSize,
  rehearsalClaimFile,
} from '../workflow/rehearsal/site.ts';
import { untilInterrupted } from '../workflow/until-interrupted.ts';
import { verboseOption } from './common-options.ts';
import { summarizeCounts } from './count-summary.ts';
import { freeze } from './freeze.ts';
import { formatTable, printResult } from './print.ts';
import { judge, recordJudgement } from './rehearsal-proof.ts';
import { rehearseCutover } from './rehearse-cutover.ts';

const stages = ['audit', 'extract', 'transform', 'load', 'reconcile'] as const;
type Stage = (typeof stages)[number];

interface RehearseOptions extends RehearsalSize {
  readonly until?: Stage;
  readonly keep?: boolean;
  readonly stop?: boolean;
  readonly classes?: boolean;
  readonly cutover?: boolean;
  readonly json?: boolean;
}

export function rehearseCommand(): Command {
  return (
    new Command('rehearse')
      .description(
        'Runs the whole migration offline: generated iTop, embedded Postgres, simulated Intercom, and proves what arrived.',
      )
      .option('--tickets <n>', 'how many tickets to generate', wholeNumber, 300)
      .option('--seed <n>', 'another seed generates other tickets', wholeNumber, 1)
      .option(
        '--call-limit <n>',
        'calls the simulated Intercom permits in 10 seconds; 0 for no limit',
        wholeNumber,
        1_666,
      )
      .addOption(
        new Option('--workspace <name>', 'which workspace the simulated Intercom is like: see below')
          .choices(WORKSPACE_NAMES)
          .default('captured'),
      )
      .option('--captures <directory>', "serve captured answers of a real iTop's REST API instead of generated data")
      // Summer time, so that its folds and gaps occur.
      .option(
        '--timezone <zone>',
        "zone of iTop's dates: of captures, the one of the iTop they were taken from",
        'Europe/Paris',
      )
      .option(
        '--kafka',
        'send the records through an Apache Kafka of its own; needs Java, and Maven to fetch its jars once',
      )
      .addOption(new Option('--until <stage>', 'stop before this stage').choices(stages))
      .option(
        '--cutover',
        'run the commands of docs/cutover.md one by one, with changes and failures in between, to the fifth day',
      )
      .option('--keep', 'leave the database and both simulators up, to look at and to go on by hand')
      .option('--stop', 'end what an earlier --keep left up')
      .option('--classes', 'also the tables of every class')
      .option('--json', 'the result as JSON on standard output')
      .addOption(verboseOption())
      .addHelpText(
        'after',
        `
Where Intercom's documentation leaves open how a workspace behaves, the simulated one is "captured": as real ones were seen in
public; "strict": the hardest for a migration; or "lenient": the easiest.

Captures are files of core/get answers, one a class (Person.json, UserRequest.json, ...); bytes that were cut are listed in
_truncated_blobs.json and count as missing. Classes and attributes of the site's own stay pending until a person decides about
them: each is a line of the result, which is not green then.

Nothing leaves this machine: both servers and the database listen on the loopback address only.`,
      )
      .action(rehearse)
  );
}

async function rehearse(options: RehearseOptions): Promise<void> {
  if (options.stop === true) {
    const wasOpen = await closeRehearsalSite();
    printResult(
      options.json === true,
      { stopped: wasOpen },
      wasOpen ? 'The rehearsal is stopped and removed.' : 'No rehearsal was up.',
    );
    return;
  }
  const claim = await claimRehearsal(rehearsalClaimFile());
  try {
    await untilInterrupted(async (signal) => {
      try {
        await rehearseAtSite(options, signal);
      } catch (error) {
        throw signal.aborted ? interrupted(error) : error;
      }
    });
  } finally {
    await claim.release();
  }
}

function interrupted(cause: unknown): FailedError {
  return new FailedError('Interrupted.', {
    stage: 'rehearse',
    nextStep:
      'Rehearse again: itop-to-intercom rehearse. What --keep left up ends with: itop-to-intercom rehearse --stop',
    isRetriable: true,
    cause,
  });
}

async function rehearseAtSite(options: RehearseOptions, signal: AbortSignal): Promise<void> {
  const site = await openRehearsalSite(options);
  let isDone = false;
  try {
    if (options.cutover === true) {
      await rehearseCutover(site, options, signal);
      isDone = true;
      return;
    }
    await inContext({ config: site.configFile, ...(options.json === true ? { json: true } : {}) }, 'none', (context) =>
      runStages(options, site, { ...context, signal }),
    );
    isDone = true;
  } finally {
    if (options.keep !== true) await closeRehearsalSite();
    else if (!isDone)
      printErrorLine(
        `The rehearsal is still up. Look at it with --config ${site.configFile}, end it with: itop-to-intercom rehearse --stop`,
      );
  }
}

async function runStages(options: RehearseOptions, site: RehearsalSite, context: CommandContext): Promise<void> {
  const wanted = options.until === undefined ? stages : stages.slice(0, stages.indexOf(options.until));
  const times: Record<string, number> = {};
  let classes: readonly ClassCount[] = [];
  for (const stage of wanted) {
    context.signal.throwIfAborted();
    const startedAt = performance.now();
    if (options.json !== true) printErrorLine(stage);
    if (stage === 'load') await permitLoad(context, site, options.keep === true);
    const outcome = await runStage(stage, context);
    if (stage === 'extract') await decideMapping(context, options.captures === undefined ? 'generated' : 'captured');
    if (outcome !== undefined) {
      classes = outcome.counts;
    }
    times[stage] = Math.round(performance.now() - startedAt) / 1_000;
  }
  if (options.until !== undefined) {
    if (options.until === 'load') await permitLoad(context, site, options.keep === true);
    const next = `itop-to-intercom ${options.until} --config ${site.configFile}`;
    printResult(
      context.isJson,
      { times, next },
      options.keep === true ? `Stopped before ${options.until}. Next: ${next}` : `Stopped before ${options.until}.`,
    );
    return;
  }
  context.signal.throwIfAborted();
  const judgement = await judge(site, context.settings);
  const unexplained = await recordJudgement(context, judgement);
  const isGreen = unexplained.length === 0;
  const result = {
    isGreen,
    times,
    classes,
    readBack: judgement.counts,
    notCompared: judgement.notCompared,
    unexplained,
    findings: judgement.findings.slice(0, 20),
    configFile: options.keep === true ? site.configFile : undefined,
  };
  printResult(context.isJson, result, describe(result, judgement, options.classes === true));
  if (!isGreen) process.exitCode = 1;
}

/** What a person does before a load: draws a sample where somebody may look at it, confirms, and makes the object types in Intercom. */
async function permitLoad(context: CommandContext, site: RehearsalSite, isKept: boolean): Promise<void> {
  if (isKept) await drawRehearsalSample(context);
  await confirmRehearsal(context, site.intercomControlUrl);
  await setUpObjectTypes(context, site.intercomControlUrl);
}

async function runStage(
  stage: Stage,
  context: CommandContext,
): Promise<Awaited<ReturnType<typeof reconcile>> | undefined> {
  if (stage === 'audit') await audit(context);
  if (stage === 'extract') await extract(context);
  if (stage === 'transform') await transform(context);
  if (stage === 'load') await load(context, {});
  if (stage !== 'reconcile') return undefined;
  await freeze(context);
  return reconcile(context);
}

interface RehearsalResult {
  readonly isGreen: boolean;
  readonly times: Readonly<Record<string, number>>;
  readonly classes: readonly ClassCount[];
  readonly unexplained: readonly Unexplained[];
  readonly findings: Judgement['findings'];
  readonly configFile: string | undefined;
}

function describe(result: RehearsalResult, judgement: Judgement, withClasses: boolean): string {
  const seconds = Object.entries(result.times).map(([stage, time]) => `${stage} ${time.toFixed(1)} s`);
  const readBack = judgement.counts.map((c) => ({
    'read back': c.objectClass,
    expected: c.expected,
    found: c.found,
    equal: c.equal,
    difference: c.expected - c.equal,
  }));
  const sum = (name: 'expected' | 'equal') => judgement.counts.reduce((total, count) => total + count[name], 0);
  const notCompared = Object.entries(judgement.notCompared).map(([type, count]) => `${type} ${count}`);
  return [
    ...(withClasses
      ? [
          formatTable(
            result.classes.map((count) => ({ ...count })),
            { whole: ['class'] },
          ),
          '',
          formatTable(readBack),
          '',
        ]
      : []),
    'What became of everything in iTop:',
    summarizeCounts(result.classes),
    '',
    `Both simulators' dumps, compared by code of its own: ${sum('equal')} of ${sum('expected')} things in Intercom are as iTop has them.`,
    ...(notCompared.length === 0 ? [] : [`Not compared by it: ${notCompared.join(', ')}.`]),
    `Notifications that would have reached a customer: ${judgement.ledger.customerNotifications}`,
    '',
    `Times: ${seconds.join(', ')}`,
    ...(result.unexplained.length === 0
      ? []
      : ['', 'Not green:', ...result.unexplained.map((row) => `  ${sentenceOf(row)}`)]),
    ...result.findings.map((f) => `  ${f.sourceKey} ${f.check} ${f.field}: expected ${f.expected}, found ${f.actual}`),
    '',
    result.isGreen ? 'Green: everything is accounted for.' : 'Red: see above.',
    ...(withClasses ? [] : ['Class by class: the same with --classes.']),
    ...(result.configFile === undefined
      ? []
      : [
          `Look at it in a browser: itop-to-intercom console --config ${result.configFile}`,
          `By SQL: itop-to-intercom db sql "select * from reconcile.count_by_class" --config ${result.configFile}`,
          'End it: itop-to-intercom rehearse --stop',
        ]),
  ].join('\n');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}
