import type { IncomingMessage } from 'node:http';

/** The largest request body accepted, in bytes; an IN list of 20 000 ids stays far below. */
const BODY_LIMIT = 4_000_000;

/** Fields of a request: those of the query string apart, because iTop takes no credentials from there. */
export interface RequestFields {
  readonly query: ReadonlyMap<string, string>;
  readonly body: ReadonlyMap<string, string>;
}

/** Reads form fields, urlencoded or multipart (uploaded files count as fields). A JSON body is not read, as in iTop. */
export async function readFields(request: IncomingMessage): Promise<RequestFields> {
  const query = new Map(new URL(request.url ?? '/', 'http://itop').searchParams);
  const type = request.headers['content-type'] ?? '';
  const body = await readBody(request);
  if (type.startsWith('application/x-www-form-urlencoded'))
    return { query, body: new Map(new URLSearchParams(body.toString('utf8'))) };
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary !== undefined) return { query, body: multipartFields(body, boundary) };
  return { query, body: new Map() };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_LIMIT) throw new Error(`The request body exceeds ${BODY_LIMIT} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function multipartFields(body: Buffer, boundary: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const part of body.toString('utf8').split(`--${boundary}`)) {
    const end = part.indexOf('\r\n\r\n');
    const name = /name="([^"]*)"/.exec(part.slice(0, Math.max(end, 0)))?.[1];
    if (end >= 0 && name !== undefined) fields.set(name, part.slice(end + 4).replace(/\r\n$/, ''));
  }
  return fields;
}
