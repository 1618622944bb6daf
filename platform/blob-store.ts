import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Bytes by their SHA-256, in a directory: the same bytes are stored once, whatever they are called. */
export interface BlobStore {
  /** Stores the bytes of a stream; nothing of them can be seen before all are there. */
  put(content: AsyncIterable<Uint8Array>): Promise<{ readonly hash: Buffer; readonly size: number }>;
  /**
   * The bytes of a hash; the stream fails where they are not stored, and with DamagedBlob before its last bytes where they are not those
   * that were stored.
   */
  read(hash: Uint8Array): Readable;
  has(hash: Uint8Array): Promise<boolean>;
  /** Everything that is stored, in no order. */
  list(): AsyncIterable<StoredBlob>;
  /** Takes the bytes of a hash away for good; nothing where they are not stored. */
  remove(hash: Uint8Array): Promise<void>;
}

export interface StoredBlob {
  readonly hash: Buffer;
  /** Bytes. */
  readonly size: number;
  /** When they were stored last. */
  readonly modifiedAt: Date;
}

/** The bytes of a stored file are not what they were: the disk, or somebody, changed them. */
export class DamagedBlob extends Error {
  constructor(hash: Buffer) {
    super(`the stored bytes are not those of ${hash.toString('hex')} any more`);
    this.name = 'DamagedBlob';
  }
}

/** Gives the bytes on, the last piece only once all of them are proven: whoever sends them has sent no whole file by then. */
async function* verified(bytes: AsyncIterable<Buffer>, hash: Buffer): AsyncGenerator<Buffer> {
  const digest = createHash('sha256');
  let last: Buffer | undefined;
  for await (const piece of bytes) {
    digest.update(piece);
    if (last !== undefined) yield last;
    last = piece;
  }
  if (!digest.digest().equals(hash)) throw new DamagedBlob(hash);
  if (last !== undefined) yield last;
}

/** Opens the store below a directory, which is made where it is missing. */
export async function openBlobStore(root: string): Promise<BlobStore> {
  const incoming = join(root, 'incoming');
  await mkdir(incoming, { recursive: true, mode: 0o700 });

  // Only the hash makes the path: no name that came from elsewhere touches the file system.
  function pathOf(hash: Uint8Array): string {
    const hex = Buffer.from(hash).toString('hex');
    return join(root, hex.slice(0, 2), hex.slice(2));
  }

  return {
    async put(content) {
      const digest = createHash('sha256');
      let size = 0;
      const unfinished = join(incoming, randomUUID());
      try {
        await pipeline(
          content,
          async function* (pieces: AsyncIterable<Uint8Array>) {
            for await (const piece of pieces) {
              digest.update(piece);
              size += piece.length;
              yield piece;
            }
          },
          createWriteStream(unfinished, { mode: 0o600, flush: true }),
        );
        const hash = digest.digest();
        const path = pathOf(hash);
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await rename(unfinished, path);
        return { hash, size };
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
    },
    read: (hash) => Readable.from(verified(createReadStream(pathOf(hash)), Buffer.from(hash)), { objectMode: false }),
    has: (hash) =>
      access(pathOf(hash)).then(
        () => true,
        () => false,
      ),
    async *list() {
      for (const folder of (await readdir(root)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
        for (const name of (await readdir(join(root, folder))).filter((rest) => /^[0-9a-f]{62}$/.test(rest))) {
          const { size, mtime } = await stat(join(root, folder, name));
          yield { hash: Buffer.from(folder + name, 'hex'), size, modifiedAt: mtime };
        }
      }
    },
    remove: (hash) => rm(pathOf(hash), { force: true }),
  };
}
