import type { Log } from './log.ts';
import { eraseLiveLine, printErrorJson, printErrorLine, showLiveLine } from './terminal.ts';

/** Shows how far long work is: one live line on a terminal, a plain line now and then elsewhere, JSON lines with `--json`. */
export interface Progress {
  /** Opens a step. `total` may be 0 while it is unknown. Steps may be open at the same time, the outer ones first. */
  step(name: string, total: number): ProgressStep;
  close(): void;
}

export interface ProgressStep {
  setTotal(total: number): void;
  /** Moves on by `count`; `detail` is a short text behind the numbers, e.g. a rate. */
  advance(count: number, detail?: string): void;
  done(): void;
}

/** Plain lines come at most this often a step, so that a log file stays readable. */
const plainIntervalMs = 5_000;

/** The live line is written at most this often, faster than which nobody reads. */
const liveIntervalMs = 100;

/** Progress on standard error, in the form that fits where it goes. */
export function openProgress(form: 'live' | 'plain' | 'json' | 'silent'): Progress {
  if (form === 'live') return liveProgress();
  if (form === 'silent') return lineProgress(() => undefined);
  if (form === 'json') return lineProgress((fact) => printErrorJson({ progress: fact }));
  return lineProgress((fact) => printErrorLine(`  ${describe(fact)}`));
}

interface ProgressFact {
  readonly name: string;
  readonly count: number;
  readonly total: number;
  readonly detail: string;
}

function describe({ name, count, total, detail }: ProgressFact): string {
  return `${name}: ${count}${total > 0 ? ` of ${total}` : ''}${detail === '' ? '' : `, ${detail}`}`;
}

const doneSince = (startedAt: number): string => `done in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;

/** A line for each step now and then, and one when it is done and was not empty. */
function lineProgress(write: (fact: ProgressFact) => void): Progress {
  return {
    step(name, firstTotal) {
      let total = firstTotal;
      let count = 0;
      const startedAt = performance.now();
      let saidAt = Date.now();
      return {
        setTotal: (value) => {
          total = value;
        },
        advance(by, detail = '') {
          count += by;
          if (Date.now() - saidAt < plainIntervalMs) return;
          saidAt = Date.now();
          write({ name, count, total, detail });
        },
        done() {
          if (count > 0 || total > 0) write({ name, count, total, detail: doneSince(startedAt) });
        },
      };
    },
    close: () => undefined,
  };
}

/** All open steps in one live line, the outer ones first; a line that stays for each that is done and was not empty. */
function liveProgress(): Progress {
  const open = new Set<{ -readonly [name in keyof ProgressFact]: ProgressFact[name] }>();
  let shownAt = 0;
  const show = (): void => {
    if (Date.now() - shownAt < liveIntervalMs) return;
    shownAt = Date.now();
    showLiveLine(`  ${[...open].map(describe).join(' | ')}`);
  };
  return {
    step(name, total) {
      const startedAt = performance.now();
      const fact = { name, count: 0, total, detail: '' };
      open.add(fact);
      show();
      return {
        setTotal: (value) => {
          fact.total = value;
        },
        advance(by, detail = '') {
          fact.count += by;
          fact.detail = detail;
          show();
        },
        done() {
          open.delete(fact);
          if (fact.count === 0 && fact.total === 0) return;
          printErrorLine(`  ${describe({ ...fact, detail: doneSince(startedAt) })}`);
        },
      };
    },
    close: eraseLiveLine,
  };
}

/** The same progress, which also logs every step that is done. */
export function loggedProgress(progress: Progress, log: Log): Progress {
  return {
    step(name, total) {
      const startedAt = performance.now();
      const step = progress.step(name, total);
      let count = 0;
      return {
        setTotal: step.setTotal,
        advance(by, detail) {
          count += by;
          step.advance(by, detail);
        },
        done() {
          step.done();
          log.info({ step: name, count, durationMs: Math.round(performance.now() - startedAt) }, 'step done');
        },
      };
    },
    close: progress.close,
  };
}
