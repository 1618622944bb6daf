/** A `Date` header tells whole seconds. */
const headerMs = 1_000;

/** Clocks that differ by less count as the same: this machine's is then the finer one. */
const agreementMs = 1_000;

/**
 * The clock of a server, as the `Date` headers of its answers tell it. This machine's clock may be wrong by hours, or be set while a
 * command runs. Until a header came, or where a proxy takes it away, the server's clock is taken to be this machine's.
 */
export class ServerClock {
  /** Between these the server's time lies ahead of the monotonic clock (`performance.now()`), in milliseconds. */
  private ahead: { readonly least: number; readonly most: number } | undefined;

  /** Takes the header of an answer, with the monotonic times at which it was asked for and came. */
  observe(header: string | undefined, sentAtMs: number, receivedAtMs: number): void {
    const said = header === undefined ? Number.NaN : Date.parse(header);
    if (Number.isNaN(said)) return;
    const seen = { least: said - receivedAtMs, most: said + headerMs - sentAtMs };
    const both = {
      least: Math.max(seen.least, this.ahead?.least ?? seen.least),
      most: Math.min(seen.most, this.ahead?.most ?? seen.most),
    };
    // Where they exclude each other, one of the clocks was set since, or the machine slept.
    this.ahead = both.least <= both.most ? both : seen;
  }

  /** What time it is there: by this machine's clock where the two agree. */
  now(): Date {
    const machine = new Date();
    if (this.ahead === undefined) return machine;
    const monotonic = performance.now();
    const machineAhead = machine.getTime() - monotonic;
    const { least, most } = this.ahead;
    if (machineAhead >= least - agreementMs && machineAhead <= most + agreementMs) return machine;
    return new Date(monotonic + (machineAhead < least ? least : most));
  }

  /** The earliest that it can be there: a time up to this does not lie in the server's future. */
  earliest(): Date {
    return this.ahead === undefined ? new Date() : new Date(performance.now() + this.ahead.least);
  }
}
