import type { Parameters } from './core-get.ts';

/** Which calls are meant. Everything given must fit; `nth` counts fitting calls from the moment it was asked for. */
export interface CallMatch {
  readonly operation?: string;
  readonly class?: string;
  /** A part of the key as text: of the OQL, say. */
  readonly keyContains?: string;
  readonly nth?: number;
}

export const FAULT_KINDS = [
  'http500-html',
  'truncate',
  'login-page',
  'timeout',
  'reset',
  'wrong-json',
  'error-code',
  'delay',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly match: CallMatch;
  readonly kind: FaultKind;
  /** Milliseconds, for `delay`. */
  readonly ms?: number;
  /** How many fitting calls fail; 1 unless given. */
  readonly times?: number;
  /** For `error-code`: the JSON error iTop answers with. */
  readonly code?: number;
  readonly message?: string;
}

interface Armed<T> {
  readonly order: T;
  readonly match: CallMatch;
  left: number;
  seen: number;
}

interface Hold {
  readonly id: number;
  readonly release: () => void;
  readonly parameters: Parameters;
}

/** Faults and holds that a test ordered through the control channel. */
export class Interventions {
  private faults: Armed<Fault>[] = [];
  private holds: Armed<{ readonly id: number }>[] = [];
  private readonly held = new Map<number, Hold>();
  private nextId = 1;

  addFault(fault: Fault): void {
    this.faults.push({ order: fault, match: fault.match, left: fault.times ?? 1, seen: 0 });
  }

  /** The next fitting call will wait until it is released. */
  addHold(match: CallMatch): number {
    const id = this.nextId++;
    this.holds.push({ order: { id }, match, left: 1, seen: 0 });
    return id;
  }

  /** Calls that are waiting now. */
  waiting(): readonly { readonly id: number; readonly parameters: Parameters }[] {
    return [...this.held.values()].map(({ id, parameters }) => ({ id, parameters }));
  }

  /** Lets a held call go on, or all of them; gives how many went. */
  release(id?: number): number {
    const chosen = [...this.held.values()].filter((hold) => id === undefined || hold.id === id);
    this.holds = this.holds.filter((hold) => id !== undefined && hold.order.id !== id);
    for (const hold of chosen) {
      this.held.delete(hold.id);
      hold.release();
    }
    return chosen.length;
  }

  clear(): void {
    this.faults = [];
    this.release();
  }

  faultFor(parameters: Parameters): Fault | undefined {
    return take(this.faults, parameters);
  }

  /** Resolves at once, or when the call's hold is released. */
  async pass(parameters: Parameters): Promise<void> {
    const hold = take(this.holds, parameters);
    if (hold === undefined) return;
    await new Promise<void>((resolve) => {
      this.held.set(hold.id, { id: hold.id, release: resolve, parameters });
    });
  }
}

function take<T>(armed: Armed<T>[], parameters: Parameters): T | undefined {
  for (const item of armed) {
    if (item.left === 0 || !fits(item.match, parameters)) continue;
    item.seen++;
    if (item.match.nth !== undefined && item.seen < item.match.nth) continue;
    item.left--;
    return item.order;
  }
  return undefined;
}

function fits(match: CallMatch, parameters: Parameters): boolean {
  if (match.operation !== undefined && match.operation !== parameters.operation) return false;
  if (match.class !== undefined && match.class !== parameters.class) return false;
  const key = typeof parameters.key === 'string' ? parameters.key : JSON.stringify(parameters.key ?? '');
  return match.keyContains === undefined || key.includes(match.keyContains);
}
