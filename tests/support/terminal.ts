import { execFile } from 'node:child_process';
import { once } from 'node:events';
import xterm from '@xterm/headless';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What a person sees who scrolls up: one string a line, a line that wrapped put together. */
export interface Screen {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/**
 * Runs a shell command in a pseudo-terminal of that size, and shows what it wrote to a terminal emulator that shares no code with
 * the program.
 */
export async function runInTerminal(
  command: string,
  { columns, rows }: TerminalSize,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Screen> {
  const sized = `stty cols ${columns} rows ${rows}; ${command}`;
  const child = execFile('script', ['--quiet', '--return', '--command', sized, '/dev/null'], {
    ...options,
    encoding: 'buffer',
    maxBuffer: 64_000_000,
  });
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 100_000, allowProposedApi: true });
  child.stdout?.on('data', (bytes: Buffer) => terminal.write(bytes));
  const [exitCode] = (await once(child, 'close')) as [number];
  await new Promise<void>((resolve) => terminal.write('', resolve));
  const buffer = terminal.buffer.active;
  const lines: string[] = [];
  for (let index = 0; index < buffer.length; index++) {
    const line = buffer.getLine(index);
    const text = line?.translateToString(true) ?? '';
    if (line?.isWrapped === true) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  while (lines.at(-1) === '') lines.pop();
  return { lines, exitCode };
}
