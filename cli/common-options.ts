import type { Command } from 'commander';

/** Adds the options every command has. */
export function withCommonOptions(command: Command): Command {
  return (
    command
      // What stands behind a subcommand's name is the subcommand's.
      .enablePositionalOptions()
      .option('--config <file>', 'configuration file (default: itop-to-intercom.yaml where it exists)')
      .option('--json', 'results as JSON on standard output, progress as JSON lines on standard error')
      .option(
        '--quiet',
        'print nothing unless something is to be done (exit code above 0); for schedulers that mail what is printed',
      )
      .option('--verbose', 'where a command fails, also print the stack of the error')
  );
}
