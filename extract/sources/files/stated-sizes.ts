import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { RefusedError } from '../../../platform/errors.ts';

/** Sizes by source key and attribute, `Attachment::33.contents`. */
export type StatedSizes = ReadonlyMap<string, number>;

const listSchema = z.array(z.looseObject({ where: z.string(), decoded_bytes: z.int().min(0) }));

/**
 * Reads a list of files whose bytes were left out of an export: `where` ends in
 * `Class::id/fields/attribute`, `decoded_bytes` is the size it had.
 */
export async function readStatedSizes(path: string | undefined): Promise<StatedSizes> {
  if (path === undefined) return new Map();
  const sizes = new Map<string, number>();
  try {
    for (const { where, decoded_bytes } of listSchema.parse(JSON.parse(await readFile(path, 'utf8')))) {
      const [, key, attribute] = /(\w+::\d+)\/fields\/(\w+)$/.exec(where) ?? [];
      if (key !== undefined) sizes.set(`${key}.${attribute}`, decoded_bytes);
    }
  } catch (error) {
    throw new RefusedError(`The list of stated sizes ${path} cannot be read: ${(error as Error).message}`, {
      stage: 'extract',
      nextStep: 'Correct blobs.stated_sizes, or leave it out.',
      cause: error,
    });
  }
  return sizes;
}
