import { createWriteStream, type WriteStream } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';

/** What the tool writes holds a company's messages and people: nobody but its user reads it. */
const fileMode = 0o600;
const directoryMode = 0o700;

/** Makes a directory and those above it, as far as they are missing. One that is there keeps its rights. */
export async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: directoryMode });
}

/** Writes a file that only its owner may read, also where one of wider rights was there. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await writeFile(path, '', { mode: fileMode });
  await chmod(path, fileMode);
  await writeFile(path, text);
}

/** A stream into a file that only its owner may read. */
export async function openPrivateFile(path: string): Promise<WriteStream> {
  await writePrivateFile(path, '');
  return createWriteStream(path, { mode: fileMode });
}
