import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { RefusedError } from '../../../platform/errors.ts';

export interface FileOnDisk {
  readonly path: string;
  readonly name: string;
}

/** Files of a directory by class and id: `Attachment/12.png`, `Attachment/12/note.txt`, `Attachment-12_note.txt`. */
export async function listFiles(directory: string): Promise<ReadonlyMap<string, FileOnDisk>> {
  const files = new Map<string, FileOnDisk>();
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new RefusedError(`The directory of files ${directory} cannot be read: ${(error as Error).message}`, {
      stage: 'extract',
      nextStep: 'Correct blobs.files, or leave it out to read the files from iTop.',
      cause: error,
    });
  });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const relative = path.slice(directory.length).split(sep).filter(Boolean).join('/');
    const [, className, id, rest] = /^([A-Za-z]\w*?)(?:::|[-_/ ])(\d+)(?:[-_./ ](.*))?$/.exec(relative) ?? [];
    if (className === undefined || id === undefined) continue;
    const name = rest === undefined || !rest.includes('.') ? entry.name : basename(rest);
    files.set(`${className}::${id}`, { path, name });
  }
  return files;
}

export function readFileOnDisk(file: FileOnDisk): AsyncIterable<Buffer> {
  return createReadStream(file.path);
}
