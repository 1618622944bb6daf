/**
 * Reads a dump line by line: one JSON value a line, nothing kept.
 *
 * Throws when the server does not answer 200.
 */
export async function* readNdjson<T>(url: string): AsyncGenerator<T> {
  for await (const line of readLines(url)) yield JSON.parse(line) as T;
}

/** The lines of a dump as they are; empty ones are left out. */
export async function* readLines(url: string): AsyncGenerator<string> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status} instead of a dump.`);
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}
