import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RefusedError } from '../errors.ts';

export const manifestName = 'manifest.json';

const schema = z.strictObject({
  format: z.literal(1),
  createdAt: z.iso.datetime(),
  withRaw: z.boolean(),
  /** Migrations of the database, with their hashes: it is restored into one that was built by the same. */
  migrations: z.array(z.strictObject({ name: z.string(), hash: z.string() })),
  tables: z.array(
    z.strictObject({
      name: z.string(),
      columns: z.array(z.string()),
      file: z.string().regex(/^[a-z_]+\.[a-z_]+\.copy\.gz$/),
      rows: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

export type Manifest = z.infer<typeof schema>;

/** The list of what a backup holds. Throws RefusedError when the directory is no backup. */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = join(directory, manifestName);
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new RefusedError(`${path} is not the manifest of a backup: ${(error as Error).message}`, {
      stage: 'database',
      nextStep: 'Name a directory that "db backup" completed.',
      cause: error,
    });
  }
}
