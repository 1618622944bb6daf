import { Command } from 'commander';
import { type Explanation, explain } from '../load/status/explain.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { withCommonOptions } from './common-options.ts';
import { formatTable, printResult, type ResultRow } from './print.ts';

export function explainCommand(): Command {
  return withCommonOptions(new Command('explain'))
    .description('Shows everything about one ticket or object: source, plan, calls, outcome, verdicts.')
    .argument('<ref>', "a ticket's ref (R-000123), a source key (Ticket::83), or an id in Intercom")
    .addHelpText(
      'after',
      '\nIt reads the warehouse only: neither iTop nor Intercom is called.\nOn a terminal long values are cut at its width; --json, or a pipe, has them whole.',
    )
    .action((ref: string, options: CommonOptions) =>
      inContext(options, 'none', async (context) => {
        const explanation = await explain(context.database.pool, ref);
        printResult(context.isJson, explanation, describe(explanation));
      }),
    );
}

function describe(explanation: Explanation): string {
  const sections: [string, readonly Readonly<Record<string, unknown>>[]][] = [
    ['What iTop held, version by version', explanation.source],
    ['What becomes of it', explanation.plan],
    ['What was sent and answered', explanation.calls],
    ['Why it is not loaded', explanation.outcome],
    ['Edits in Intercom that were kept', explanation.keptEdits],
    ['What was checked', explanation.verdicts],
    ['What became of it and its log entries', explanation.dispositions],
  ];
  const texts = sections
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => `${title}:\n${formatTable(rows.map(plainRow), { whole: ['check_name', 'operation'] })}`);
  return [explanation.sourceKey, ...texts].join('\n\n');
}

function plainRow(row: Readonly<Record<string, unknown>>): ResultRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') {
        return [name, value];
      }
      return [name, value instanceof Date ? value.toISOString() : String(value)];
    }),
  );
}
