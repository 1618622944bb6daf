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
