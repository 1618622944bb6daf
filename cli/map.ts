import { Argument, Command, Option } from 'commander';
import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../platform/warehouse.ts';
import type { MappingEffect } from '../transform/mapping/confirm-mapping.ts';
import { type Destination, destinations } from '../transform/mapping/mapping-schema.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { check, confirm, propose } from '../workflow/mapping.ts';
import { nextStepOf } from '../workflow/next-step.ts';
import { withCommonOptions } from './common-options.ts';
import { formatTable, printResult, type ResultRow } from './print.ts';

export function mapCommand(): Command {
  return new Command('map')
    .description(
      'What becomes of each class, attribute and value: proposed from the data, checked, confirmed by a person.',
    )
    .addHelpText(
      'after',
      `
The decisions stand in mapping.yaml (setting mapping.file). Work in this order:
  map propose    writes the file from what was extracted; run it again after an extraction, your changes stay
  map set        changes where the objects of one class go
  map check      every class, attribute and value has a decision, types and Intercom's limits hold; shows what your changes do
  map confirm    records that you decided so; only then does "load" write to a real workspace`,
    )
    .addCommand(proposeCommand())
    .addCommand(setCommand())
    .addCommand(checkCommand())
    .addCommand(confirmCommand())
    .addCommand(showCommand());
}

function proposeCommand(): Command {
  return withCommonOptions(new Command('propose'))
    .description('Writes mapping.yaml from what was extracted, or brings it up to date; what you changed is kept.')
    .option(
      '--custom-objects <class...>',
      'classes whose objects become custom objects; their types are set up by hand',
    )
    .addHelpText(
      'after',
      `
Changes, problems, configuration items and classes of your own are proposed as a hand-off (CSV), unless the workspace already has a
custom object type of their name. To change one class later: map set <class> <destination>.`,
    )
    .action((options: CommonOptions & { customObjects?: string[] }) =>
      inContext(options, 'none', async (context) => {
        const { isJson } = context;
        const chosen = (options.customObjects ?? []).map((name): [string, Destination] => [name, 'custom_object']);
        const outcome = await propose(context, new Map(chosen));
        const { certain, likely, guess } = outcome.byConfidence;
        const signs = { added: '+', changed: '~', kept: '=', gone: '-' };
        const lines = [
          `${outcome.isNew ? 'Wrote' : 'Brought up to date:'} ${outcome.file}: ${outcome.classes} classes, ${outcome.attributes} attributes; ${certain} certain, ${likely} likely, ${guess} guesses.`,
          ...outcome.changes.map(({ kind, entry, text }) => `  ${signs[kind]} ${entry}: ${text}`),
          ...(outcome.modelNote === undefined ? [] : [outcome.modelNote]),
          'Next: read it, change what you like, then: itop-to-intercom map check',
        ];
        printResult(isJson, outcome, lines.join('\n'));
      }),
    );
}

function setCommand(): Command {
  return withCommonOptions(new Command('set'))
    .description('Changes where the objects of one class go, and proposes homes for its attributes there.')
    .addArgument(new Argument('<class>', "iTop's name of the class, e.g. Change"))
    .addArgument(new Argument('<destination>', 'where its objects go').choices(destinations))
    .action((className: string, destination: Destination, options: CommonOptions) =>
      inContext(options, 'none', async (context) => {
        const outcome = await propose(context, new Map([[className, destination]]));
        const text = `${outcome.file}: ${className} goes to ${destination}.\nNext: itop-to-intercom map check`;
        printResult(context.isJson, outcome, text);
      }),
    );
}

function checkCommand(): Command {
  return withCommonOptions(new Command('check'))
    .description('Checks mapping.yaml against the data and Intercom’s limits, and shows what it would change.')
    .action((options: CommonOptions) =>
      inContext(options, 'none', async (context) => {
        const { effect, notes } = await check(context);
        printResult(
          context.isJson,
          { isGreen: true, notes, effect },
          [
            'Every class, attribute and value that occurs has a decision.',
            ...notes.map(({ line, fault, nextStep }) => `  note, line ${line ?? '-'}: ${fault}. ${nextStep}`),
            formatEffect(effect),
            'Next: itop-to-intercom map confirm --by "Your Name"',
          ].join('\n'),
        );
      }),
    );
}

function confirmCommand(): Command {
  return withCommonOptions(new Command('confirm'))
    .description(
      'Records that you decided on this mapping, for the workspace of the token, and puts it into the warehouse.',
    )
    .addOption(new Option('--by <name>', 'your name').makeOptionMandatory())
    .action((options: CommonOptions & { by: string }) =>
      inContext(options, 'none', async (context) => {
        const { workspace, effect } = await confirm(context, options.by);
        printResult(
          context.isJson,
          { workspace: workspace.idCode, confirmedBy: options.by, effect },
          [
            `${options.by} confirmed ${context.settings.mapping.file} for workspace ${workspace.idCode} (${workspace.name}).`,
            formatEffect(effect),
            `Next: ${await nextStepOf(context.database.pool, context.settings, workspace.idCode)}`,
          ].join('\n'),
        );
      }),
    );
}

function showCommand(): Command {
  return withCommonOptions(new Command('show'))
    .description('Shows who confirmed which mapping, and what the warehouse maps now.')
    .argument('[class]', 'show the attributes of one class')
    .action((className: string | undefined, options: CommonOptions) =>
      inContext(options, 'none', async ({ database, isJson }) => {
        const confirmations = await readConfirmations(database.pool);
        const mapped = await (className === undefined
          ? readMappedClasses(database.pool)
          : readMappedAttributes(database.pool, className));
        const table = mapped.length === 0 ? `Nothing is mapped for ${className ?? 'any class'}.` : formatTable(mapped);
        printResult(
          isJson,
          { confirmations, mapped },
          [confirmations.length === 0 ? 'Nobody confirmed a mapping yet.' : formatTable(confirmations), '', table].join(
            '\n',
          ),
        );
      }),
    );
}

function formatEffect({ decisions, payloads, arePayloadsCompared }: MappingEffect): string {
  if (decisions.length === 0) return 'It changes nothing against the mapping in the warehouse.';
  const shown = decisions
    .slice(0, 20)
    .map(({ entry, before, after }) => `  ${entry}: ${before ?? '(none)'} → ${after ?? '(none)'}`);
  const more =
    decisions.length > shown.length ? [`  and ${decisions.length - shown.length} more; all with --json`] : [];
  const changed = payloads.flatMap(({ class: name, what, objects, examples }) => [
    `  ${name}, ${what}: ${objects} objects`,
    ...examples
      .slice(0, 2)
      .map(({ sourceKey, before, after }) => `    ${sourceKey}: ${before ?? '(nothing)'} → ${after ?? '(nothing)'}`),
  ]);
  return [
    `Decisions that differ from the warehouse: ${decisions.length}`,
    ...shown,
    ...more,
    ...(arePayloadsCompared
      ? [payloads.length === 0 ? 'No payload changes.' : 'Payloads that change:', ...changed]
      : ['Payloads cannot be compared before the first transform.']),
  ].join('\n');
}

/** Who confirmed a mapping, and whether it is the one that the warehouse holds now. */
async function readConfirmations(pool: pg.Pool): Promise<ResultRow[]> {
  return warehouse(pool)
    .selectFrom('ops.confirmation')
    .select([
      'workspace_id_code as workspace',
      'confirmed_by as by',
      sql<string>`to_char(confirmed_at, 'YYYY-MM-DD HH24:MI')`.as('at'),
      sql<string>`case when fingerprint = ops.mapping_fingerprint() then 'present mapping'
                       when fingerprint = 'rehearsal' then 'rehearsal' else 'an earlier mapping' end`.as('what'),
    ])
    .where('subject', '=', 'mapping')
    .orderBy('confirmed_at')
    .execute();
}

async function readMappedClasses(pool: pg.Pool): Promise<ResultRow[]> {
  return warehouse(pool)
    .selectFrom('ops.mapping_class as m')
    .select(['m.class', 'm.destination', 'm.rule', 'm.confidence'])
    .select(({ selectFrom }) =>
      selectFrom('ops.mapping_attribute as a')
        .select(sql<number>`count(*)::integer`.as('attributes'))
        .whereRef('a.class', '=', 'm.class')
        .as('attributes'),
    )
    .select('m.reason')
    .orderBy('m.destination')
    .orderBy('m.class')
    .execute();
}

async function readMappedAttributes(pool: pg.Pool, className: string): Promise<ResultRow[]> {
  return warehouse(pool)
    .selectFrom('ops.mapping_attribute')
    .select(['attribute', 'home', 'target_name as to', 'data_type as type', 'rule', 'confidence', 'reason'])
    .where('class', '=', className)
    .orderBy('home')
    .orderBy('position')
    .orderBy('attribute')
    .execute();
}
