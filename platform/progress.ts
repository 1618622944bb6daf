import { MultiBar, Presets } from 'cli-progress';
import { printable, printableJson, printErrorLine } from './printable.ts';

/** Shows how far long work is: bars on a terminal, a plain line now and then elsewhere, JSON lines with `--json`. */
export interface Progress {
  /** Opens one line of progress. `total` may be 0 while it is unknown. */
  step(name: string, total: number): ProgressStep;
  close(): void;
}

export interface ProgressStep {
  setTotal(total: number): void;
  /** Moves on by `count`; `detail` is a short text behind the bar, e.g. a rate. */
  advance(count: number, detail?: string): void;
  done(): void;
}

/** Plain lines come at most this often a step, so that a log file stays readable. */
const plainIntervalMs = 5_000;

/** Progress on standard error, in the form that fits where it goes. */
export function openProgress(form: 'bars' | 'plain' | 'json' | 'silent'): Progress {
  if (form === 'bars') return barProgress();
  if (form === 'silent') return lineProgress(() => undefined);
  if (form === 'json') return lineProgress((fact) => process.stderr.write(`${printableJson({ progress: fact })}\n`));
  return lineProgress((fact) =>
    printErrorLine(`  ${fact.name}: ${fact.count}${fact.total > 0 ? ` of ${fact.total}` : ''} ${fact.detail}`),
  );
}

interface ProgressFact {
  readonly name: string;
  readonly count: number;
  readonly total: number;
  readonly detail: string;
}

function lineProgress(write: (fact: ProgressFact) => void): Progress {
  return {
    step(name, firstTotal) {
      let total = firstTotal;
      let count = 0;
      let detail = '';
      let saidAt = Date.now();
      return {
        setTotal: (value) => {
          total = value;
        },
        advance(by, text = '') {
          count += by;
          detail = text;
          if (Date.now() - saidAt < plainIntervalMs) return;
          saidAt = Date.now();
          write({ name, count, total, detail });
        },
        done: () => write({ name, count, total, detail: detail === '' ? 'done' : `done, ${detail}` }),
      };
    },
    close: () => undefined,
  };
}

function barProgress(): Progress {
  const bars = new MultiBar(
    {
      format: '  {name} {bar} {value}/{total} {detail}',
      hideCursor: true,
      stream: process.stderr,
      clearOnComplete: false,
    },
    Presets.shades_classic,
  );
  return {
    step(name, total) {
      const bar = bars.create(total, 0, { name: printable(name).padEnd(24), detail: '' });
      return {
        setTotal: (value) => bar.setTotal(value),
        advance: (by, detail = '') => bar.increment(by, { detail: printable(detail) }),
        done: () => bar.update({ detail: 'done' }),
      };
    },
    close: () => bars.stop(),
  };
}
