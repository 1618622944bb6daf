/** What is used of kafkajs' queue of requests to a broker, which its types do not name. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    constructor(options: Readonly<Record<string, unknown>>);
    pending: unknown[];
    /** Milliseconds since 1970; -1 where no broker asked for a pause yet. */
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    scheduleCheckPendingRequests(): void;
    checkPendingRequests(): void;
  }
}

/** What is used of kafkajs' lock, which its types do not name. */
declare module 'kafkajs/src/utils/lock.js' {
  export default class Lock {
    constructor(options: { readonly timeout: number; readonly description?: string });
    acquire(): Promise<void>;
    release(): Promise<void>;
  }
}

/** The classes of all that kafkajs throws, by name. */
declare module 'kafkajs/src/errors.js' {
  type Of<Name extends string> = `KafkaJS${Name}`;
  type Known = Of<
    | 'AggregateError'
    | 'ConnectionClosedError'
    | 'ConnectionError'
    | 'LockTimeout'
    | 'NonRetriableError'
    | 'NumberOfRetriesExceeded'
    | 'ProtocolError'
    | 'RequestTimeoutError'
  >;
  const errors: Readonly<Record<Known, new (reason: unknown, detail?: object) => Error>>;
  export default errors;
}
