import { Command } from 'commander';

interface CommandEntry {
  readonly name: string;
  /** One line for the list of all commands; the command's own help says more. */
  readonly summary: string;
  /** Loads the command with what it needs, which for most is much: only the one that is asked for is loaded. */
  readonly load: () => Promise<Command>;
}

/** All commands, in the order in which a migration takes them. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'rehearse',
    summary: 'run the whole migration offline, on generated data',
    load: async () => (await import('./rehearse.ts')).rehearseCommand(),
  },
  {
    name: 'audit',
    summary: 'check both systems before anything is moved; only reads',
    load: async () => (await import('./audit.ts')).auditCommand(),
  },
  {
    name: 'extract',
    summary: 'read iTop into the raw tables',
    load: async () => (await import('./extract.ts')).extractCommand(),
  },
  {
    name: 'land',
    summary: 'land Kafka topics in the raw tables, as a sink of its own',
    load: async () => (await import('./land.ts')).landCommand(),
  },
  {
    name: 'map',
    summary: 'decide what becomes of each class, attribute and value',
    load: async () => (await import('./map.ts')).mapCommand(),
  },
  {
    name: 'transform',
    summary: 'update the SQL views and tables with what was extracted',
    load: async () => (await import('./transform.ts')).transformCommand(),
  },
  {
    name: 'sample',
    summary: 'draw some records of each kind, to look at and accept',
    load: async () => (await import('./sample.ts')).sampleCommand(),
  },
  {
    name: 'preview',
    summary: 'show records on a page as iTop has them and as Intercom will',
    load: async () => (await import('./preview.ts')).previewCommand(),
  },
  {
    name: 'canary',
    summary: 'send one thread to a mailbox you own and see that nobody is notified',
    load: async () => (await import('./canary.ts')).canaryCommand(),
  },
  {
    name: 'plan',
    summary: 'say what a load would do: calls, bytes, time, exact requests',
    load: async () => (await import('./plan.ts')).planCommand(),
  },
  {
    name: 'load',
    summary: 'load what was transformed into Intercom',
    load: async () => (await import('./load.ts')).loadCommand(),
  },
  {
    name: 'reconcile',
    summary: "add up what became of every object against iTop's own counts",
    load: async () => (await import('./reconcile.ts')).reconcileCommand(),
  },
  {
    name: 'handoff',
    summary: 'write what cannot move as files for people',
    load: async () => (await import('./handoff.ts')).handoffCommand(),
  },
  {
    name: 'delta',
    summary: 'move what changed in iTop since the last run; for a scheduler',
    load: async () => (await import('./delta.ts')).deltaCommand(),
  },
  {
    name: 'freeze',
    summary: 'at the switch: check that iTop is as it was extracted',
    load: async () => (await import('./freeze.ts')).freezeCommand(),
  },
  {
    name: 'report',
    summary: 'write a page to read, print and sign, and every row behind it',
    load: async () => (await import('./report.ts')).reportCommand(),
  },
  {
    name: 'console',
    summary: 'open the migration in a browser: look, search, compare, sign',
    load: async () => (await import('./console.ts')).consoleCommand(),
  },
  {
    name: 'status',
    summary: 'say what runs, what is stuck and why, and what to do next',
    load: async () => (await import('./status.ts')).statusCommand(),
  },
  {
    name: 'explain',
    summary: 'show all that is known of one record',
    load: async () => (await import('./explain.ts')).explainCommand(),
  },
  {
    name: 'rollback',
    summary: 'take back what was loaded: first a plan, then exactly that plan',
    load: async () => (await import('./rollback.ts')).rollbackCommand(),
  },
  {
    name: 'purge',
    summary: 'remove what the warehouse keeps beyond its retention',
    load: async () => (await import('./purge.ts')).purgeCommand(),
  },
  {
    name: 'db',
    summary: 'the warehouse: start, stop, query, back up, restore',
    load: async () => (await import('./db.ts')).dbCommand(),
  },
];

/** Adds all commands to the program: the one that the words name as it is, the others by their names for the list. */
export async function addCommands(program: Command, words: readonly string[]): Promise<void> {
  const [first, second] = words.filter((word) => !word.startsWith('-'));
  const wanted = first === 'help' ? second : first;
  for (const { name, summary, load } of commands) {
    const command = name === wanted ? await load() : new Command(name);
    program.addCommand(command.summary(summary));
  }
}
