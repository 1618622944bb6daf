import { type Command, Option } from 'commander';

/** Adds the options every command has. */
export function withCommonOptions(command: Command): Command {
  return (
    command
      // What stands behind a subcommand's name is the subcommand's.
      .enablePositionalOptions()
      .option('--config <file>', 'configuration file (default: itop-to-intercom.yaml where it exists)')
      .option('--json', 'print results as JSON on standard output, progress as JSON lines on standard error')
      .option(
        '--quiet',
        'print nothing unless action is needed (exit code above 0); for schedulers that mail the output',
      )
      .addOption(verboseOption())
  );
}

/** What the end of an error that was not expected asks for: every command has it. */
export function verboseOption(): Option {
  return new Option('--verbose', 'if the command fails, also print the stack trace');
}
