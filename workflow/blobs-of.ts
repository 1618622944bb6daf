import { blobDirectory } from '../extract/sources/files/open-files.ts';
import type { Blobs } from '../load/engine/context.ts';
import { openBlobStore } from '../platform/blob-store.ts';
import type { Settings } from '../platform/settings.ts';

/** The bytes that the extraction stored, as the loader asks for them. */
export async function blobsOf(settings: Pick<Settings, 'blobs'>): Promise<Blobs> {
  const store = await openBlobStore(blobDirectory(settings));
  const bytes = (hash: string) => Buffer.from(hash, 'hex');
  return {
    has: (hash) => store.has(bytes(hash)),
    open: async (hash) => store.read(bytes(hash)),
  };
}
