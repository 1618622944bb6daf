import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FailedError } from '../platform/errors.ts';
import { printErrorLine, printLine } from '../platform/terminal.ts';
import { sentenceOf } from '../reconcile/unexplained.ts';
import type { WorkspaceName } from '../rehearsal/intercom-simulator/switches.ts';
import { answerInIntercom, lateWork, live, type WorkingDay, workingDays } from '../rehearsal/working-days.ts';
import { inContext } from '../workflow/command-context.ts';
import type { RehearsalSite } from '../workflow/rehearsal/site.ts';
import { type CutoverCommand, findExpected, readCutover } from './cutover-document.ts';
import { printResult } from './print.ts';
import { judge, recordJudgement } from './rehearsal-proof.ts';

interface CutoverOptions {
  readonly workspace: WorkspaceName;
  readonly json?: boolean;
}

/** A command that was run, and those of its lines that the document expects. */
interface Rehearsed {
  readonly step: string;
  readonly command: string;
  readonly code: number;
  readonly seconds: number;
  readonly printed: readonly string[];
}

/** What only a rehearsal adds to a command: nobody waits minutes for the answer of a simulated workspace. */
const rehearsalOptions: Readonly<Record<string, readonly string[]>> = {
  'canary send': ['--largest-file', '0', '--search-wait', '5'],
  'canary check': ['--min-age', '0'],
};

/**
 * Runs the commands of docs/cutover.md in their order, each a process of its own in an empty directory whose configuration leads to
 * the simulators, and does in between what people do: they work in iTop until the switch, one of them also after it, load too early,
 * accept what Intercom adds by itself, and go back in the end. Before the days after the switch, the simulators' dumps are compared.
 *
 * Throws FailedError where a command ends or prints otherwise than the document says.
 */
export async function rehearseCutover(
  site: RehearsalSite,
  options: CutoverOptions,
  signal: AbortSignal,
): Promise<void> {
  await new CutoverRehearsal(site, options, signal).run();
}

class CutoverRehearsal {
  private readonly done: Rehearsed[] = [];
  private readonly directory: string;
  private step = '';

  private readonly site: RehearsalSite;
  private readonly options: CutoverOptions;
  private readonly signal: AbortSignal;

  constructor(site: RehearsalSite, options: CutoverOptions, signal: AbortSignal) {
    this.site = site;
    this.options = options;
    this.signal = signal;
    this.directory = join(site.configFile, '..', 'operator');
  }

  async run(): Promise<void> {
    await mkdir(this.directory);
    const days = await workingDays(this.site.itopControlUrl);
    for (const { title, commands } of readCutover()) {
      this.step = title;
      this.say(title);
      for (const command of commands) {
        if (command.line.endsWith(' delta')) for (const day of days) await this.moveDay(day, command);
        else await this.follow(command);
      }
      if (commands.some(({ words }) => words[0] === 'freeze')) {
        await this.prove();
        this.say(`  (meanwhile: ${await answerInIntercom(this.site.intercomControlUrl)})`);
      }
    }
    const result = { isGreen: true, commands: this.done };
    const words = `Green: ${this.done.length} commands did what docs/cutover.md says, and what they moved arrived.`;
    printResult(this.options.json === true, result, words);
  }

  /** Lets a day of work pass, then moves what changed. */
  private async moveDay(day: WorkingDay, command: CutoverCommand): Promise<void> {
    await this.happen(day);
    await this.expectDone(command);
  }

  /** Runs a command, and what the document says of its decision where that is needed. */
  private async follow(command: CutoverCommand): Promise<void> {
    const words = command.words.map((word) => (word === 'HASH' ? this.hashOfPlan() : word));
    switch (words[0]) {
      case 'canary':
        if (words[1] === 'check') await this.acceptParts(command);
        break;
      case 'sample':
        if (words[1] === 'accept') await this.loadTooEarly();
        break;
      case 'freeze':
        await this.repeatFreeze(command);
        break;
    }
    await this.expectDone({ ...command, words });
  }

  /** The hash that the last command, the plan, printed. */
  private hashOfPlan(): string {
    const [, hash] = /rollback execute (\w+)/.exec(this.done.at(-1)?.printed.join('\n') ?? '') ?? [];
    return hash ?? 'HASH';
  }

  /** Parts that the workspace adds by itself and that say nothing are accepted, type by type. */
  private async acceptParts(check: CutoverCommand): Promise<void> {
    const { output } = await this.execute(check.words);
    for (const [, type = ''] of output.matchAll(/\(can be accepted: (\w+)\)/g)) {
      await this.expectDone(
        commandOf('canary', 'accept', type, '--by', 'Your Name', '--reason', 'it says nothing to anybody'),
      );
    }
  }

  /** Somebody loads before anybody looked at the sample: it is refused, in words that lead back to this page. */
  private async loadTooEarly(): Promise<void> {
    this.say('  (meanwhile: somebody loads without a look at the sample)');
    const { code, output } = await this.execute(['load']);
    const said = findExpected(output, 'Next: itop-to-intercom sample');
    if (code !== 2 || said === undefined)
      throw this.failure('load', `it ended with ${code}, though nobody accepted the sample`, output);
    this.say(`      ${said}`);
  }

  /** Somebody still writes: the check must see it, and pass once everything was read again. */
  private async repeatFreeze(freeze: CutoverCommand): Promise<void> {
    await this.happen(await lateWork(this.site.itopControlUrl));
    const { code, output } = await this.execute(freeze.words);
    if (code !== 1) throw this.failure(freeze.line, `it ended with ${code}, though iTop changed`, output);
    await this.expectDone(commandOf('delta', '--full-read'));
  }

  private async happen(day: WorkingDay): Promise<void> {
    this.say(`  (meanwhile: ${day.words})`);
    await live(day, this.site);
  }

  private async expectDone({ line, words, expected }: CutoverCommand): Promise<void> {
    const { code, output } = await this.execute(words);
    if (code !== 0) throw this.failure(line, `it ended with ${code}`, output);
    const printed = expected.map((one) => {
      const found = findExpected(output, one);
      if (found === undefined) throw this.failure(line, `it did not print "${one}"`, output);
      this.say(`      ${found}`);
      return found;
    });
    const last = this.done.pop();
    if (last !== undefined) this.done.push({ ...last, printed });
  }

  /** Runs one command to its end. */
  private async execute(words: readonly string[]): Promise<{ code: number; output: string }> {
    const added = rehearsalOptions[words.slice(0, 2).join(' ')] ?? [];
    const line = lineOf([...words, ...added]);
    const startedAt = performance.now();
    const ended = await runCommand([...words, ...added], this.directory, this.site.configFile, this.signal);
    if (this.signal.aborted) throw this.failure(line, 'it was interrupted', ended.output);
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    this.done.push({ step: this.step, command: line, code: ended.code, seconds, printed: [] });
    this.say(`  ${line}   ${seconds} s${ended.code === 0 ? '' : `, exit code ${ended.code}`}`);
    return ended;
  }

  /** Compares what both simulators hold now. */
  private async prove(): Promise<void> {
    await inContext({ config: this.site.configFile }, 'none', async (context) => {
      const judgement = await judge(this.site, context.settings);
      const unexplained = await recordJudgement(context, judgement);
      const sum = (name: 'expected' | 'equal') => judgement.counts.reduce((total, count) => total + count[name], 0);
      this.say(
        `  (both simulators' dumps, compared by code of its own: ${sum('equal')} of ${sum('expected')} things in Intercom are as iTop has them; ${judgement.ledger.customerNotifications} notifications)`,
      );
      const [first] = unexplained;
      if (first === undefined) return;
      const findings = judgement.findings.map(
        (f) => `${f.sourceKey} ${f.check} ${f.field}: ${f.expected}, ${f.actual}`,
      );
      throw this.failure('the comparison', sentenceOf(first), findings.join('\n'));
    });
  }

  private say(text: string): void {
    if (this.options.json === true) printErrorLine(text);
    else printLine(text);
  }

  private failure(line: string, what: string, output: string): FailedError {
    return new FailedError(`"${this.step}", ${line}: ${what}. It printed:\n${output.trim()}`, {
      stage: 'rehearse',
      nextStep: 'Rehearse again with --keep and look at what the command found, or report what it printed.',
    });
  }
}

const lineOf = (words: readonly string[]): string =>
  ['itop-to-intercom', ...words.map((word) => (word.includes(' ') ? `"${word}"` : word))].join(' ');

const commandOf = (...words: string[]): CutoverCommand => ({ line: lineOf(words), words, expected: [] });

/** Settings of the surroundings lead elsewhere: a command sees none of them. What Node compiled once serves the next command. */
function surroundings(directory: string): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, XDG_CACHE_HOME } = process.env;
  const kept = Object.entries({ PATH, HOME, TMPDIR, XDG_CACHE_HOME }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(kept), NODE_COMPILE_CACHE: join(directory, '.compiled') };
}

function runCommand(
  words: readonly string[],
  directory: string,
  configFile: string,
  signal: AbortSignal,
): Promise<{ code: number; output: string }> {
  const script = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? 'main.ts' : 'main.js');
  const child = spawn(process.execPath, [script, ...words, '--config', configFile], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: surroundings(directory),
  });
  // As a supervisor does: the command leaves its run to be continued.
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
