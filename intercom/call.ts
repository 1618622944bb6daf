/** One call to Intercom as data, so that it can be journalled exactly as it will be sent. */
export interface Call<T> {
  /** operationId of Intercom's API description. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /**
   * What a second execution would do: `read` nothing; `repeatable` the same again (upserts, links);
   * `once` a second object or event part, so that a lost answer is an uncertain outcome.
   */
  readonly effect: 'read' | 'repeatable' | 'once';
  /** Takes the few facts that are needed out of the answer's body. */
  readonly read: (body: unknown) => T;
}

export interface Answer<T> {
  readonly value: T;
  readonly status: number;
  readonly requestId: string | null;
}

/** A path with its parameters encoded: an id from data can never leave its segment. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts.raw }, ...values.map((value) => encodeURIComponent(value)));
}
