import type { ItopObject } from '../../../itop/answer-reader.ts';
import type { Itop, ItopQuery } from '../../../itop/client.ts';
import type { Oql } from '../../../itop/oql.ts';
import type { Gate } from './gate.ts';
import type { Patience } from './patience.ts';

/** iTop behind the politeness limit and the patience of a run. */
export interface RestReader {
  /** iTop's own count, asked again while iTop is away. */
  count(className: string, oql?: Oql): Promise<number>;
  /** One attempt at a query; `take` may give a promise that is awaited before the next object. */
  attempt(query: ItopQuery, take: (object: ItopObject) => Promise<void> | undefined): Promise<void>;
  /** A small query, asked again while iTop is away: `take` may then see an object twice. */
  read(query: ItopQuery, take: (object: ItopObject) => Promise<void> | undefined): Promise<void>;
  readonly patience: Patience;
}

export function restReader(itop: Itop, gate: Gate, patience: Patience, signal?: AbortSignal): RestReader {
  async function attempt(query: ItopQuery, take: (object: ItopObject) => Promise<void> | undefined): Promise<void> {
    await gate.pass(async () => {
      for await (const object of itop.get({ ...query, signal })) {
        const full = take(object);
        if (full !== undefined) await full;
      }
    });
  }
  return {
    patience,
    attempt,
    read: (query, take) => patience.ask(() => attempt(query, take)),
    count: (className, oql) => patience.ask(() => gate.pass(() => itop.count(className, oql, signal))),
  };
}
