import { join } from 'node:path';
import { openBlobStore } from '../../../platform/blob-store.ts';
import { cacheDirectory } from '../../../platform/cache-directory.ts';
import type { Settings } from '../../../platform/settings.ts';
import { listFiles } from './directory-of-files.ts';
import type { FileRequest } from './fetch-files.ts';
import { readStatedSizes } from './stated-sizes.ts';

/** Where files come from and go to, as configured. */
export async function openFiles({
  blobs,
}: Pick<Settings, 'blobs'>): Promise<Pick<FileRequest, 'store' | 'statedSizes' | 'onDisk' | 'refusedTypes'>> {
  return {
    store: await openBlobStore(blobDirectory({ blobs })),
    statedSizes: await readStatedSizes(blobs.stated_sizes),
    refusedTypes: blobs.refused_types,
    onDisk: blobs.files === undefined ? undefined : await listFiles(blobs.files),
  };
}

/** Directory of the blob store. */
export function blobDirectory({ blobs }: Pick<Settings, 'blobs'>): string {
  return blobs.directory ?? join(cacheDirectory(), 'blobs');
}
