import type { Readable } from 'node:stream';

/** A file whose bytes are read only while it is sent. */
export interface CallFile {
  readonly name: string;
  readonly contentType: string;
  readonly byteSize: number;
  /** SHA-256 of the bytes, hexadecimal: what the journal keeps instead of them. */
  readonly hash: string;
  /** Opens the bytes again for each attempt. */
  open(): Promise<Readable>;
}

/** One call to Intercom as data, so that it can be journalled exactly as it will be sent. */
export interface Call<T> {
  /** operationId of Intercom's API description. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Files that are streamed into the body as its `attachment_files`. */
  readonly files?: readonly CallFile[];
  /**
   * What a second execution would do: `read` nothing; `repeatable` the same again (upserts, links);
   * `once` a second object or event part. A lost answer to either of the last two is an uncertain outcome.
   */
  readonly effect: 'read' | 'repeatable' | 'once';
  /** The same question for half of what is asked at once, for a server that did not answer in time; undefined where it cannot be less. */
  readonly smaller?: (() => Call<T> | undefined) | undefined;
  /** Takes the few facts that are needed out of the answer's body. */
  readonly read: (body: unknown) => T;
}

export interface Answer<T> {
  readonly value: T;
  readonly status: number;
  readonly requestId: string | null;
  /** Workspace that the answer says it comes from; contacts, companies and articles say so, at no extra call. */
  readonly workspaceIdCode?: string | undefined;
}

/** A path with its parameters encoded: an id from data can never leave its segment. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts.raw }, ...values.map((value) => encodeURIComponent(value)));
}

/** The body as the journal keeps it: files by their hash. */
export function journalBody(call: Call<unknown>): unknown {
  if (call.files === undefined || call.files.length === 0) return call.body ?? null;
  const files = call.files.map(({ name, contentType, byteSize, hash }) => ({
    name,
    content_type: contentType,
    byte_size: byteSize,
    sha256: hash,
  }));
  return { ...call.body, attachment_files: files };
}
