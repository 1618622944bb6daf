import { execFileSync } from 'node:child_process';
import { afterAll, afterEach } from 'vitest';

/*
 * No process that a test file started outlives it, and a test that ran into its timeout shows which ones it may have waited for.
 */

interface Living {
  readonly pid: number;
  readonly line: string;
}

/** Processes below this one: number, state, age, what they wait for, command. */
function living(): Living[] {
  // Most files have none: known without a look at all processes.
  if (!process.getActiveResourcesInfo().includes('ProcessWrap')) return [];
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,etime=,wchan=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim())
    .map((line) => ({
      line: line.slice(0, 300),
      pid: Number(line.split(/\s+/)[0]),
      parent: Number(line.split(/\s+/)[1]),
    }))
    .filter(({ line }) => line !== '' && !line.includes(' ps -A -o pid='));
  const below = (pid: number): Living[] =>
    rows.filter(({ parent }) => parent === pid).flatMap((one) => [one, ...below(one.pid)]);
  return below(process.pid);
}

const print = (words: string, processes: readonly Living[]): void =>
  void process.stderr.write(`${[words, ...processes.map(({ line }) => `  ${line}`)].join('\n')}\n`);

afterEach(({ task }) => {
  const isTimeout = task.result?.errors?.some(({ message }) => message.includes('timed out')) ?? false;
  if (isTimeout) print(`"${task.name}" timed out. Its living processes:`, living());
});

afterAll(() => {
  const left = living();
  if (left.length === 0) return;
  print('Processes that a test left behind are killed:', left);
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It has ended since.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
});
