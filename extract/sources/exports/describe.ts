import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, matchesGlob } from 'node:path';
import { z } from 'zod';
import { messageOf, RefusedError } from '../../../platform/errors.ts';
import { readYaml } from '../../../platform/read-yaml.ts';

/** Name of the file that describes the others of its directory. */
const descriptionFile = 'exports.yaml';

const schema = z.strictObject({
  files: z.array(
    z.strictObject({
      /** Name, or a pattern such as UserRequest-*.csv. */
      file: z.string().min(1),
      class: z.string().regex(/^\w+$/).optional(),
      /** Not to be read. */
      skip: z.boolean().optional(),
      separator: z.string().length(1).optional(),
      qualifier: z.string().length(1).optional(),
      encoding: z.enum(['utf-8', 'iso-8859-1', 'windows-1252', 'utf-16le', 'utf-16be']).optional(),
      /** PHP's letters, as given to the export: d/m/Y H:i:s. */
      date_format: z.string().min(1).optional(),
      /** Whether headers and values are labels. */
      localized: z.boolean().optional(),
      /** Class of a join that is meant: u for u.id, u.ref. */
      alias: z.string().regex(/^\w+$/).optional(),
      /** Attribute by header, or attributes in the order of the columns; null leaves one out. */
      columns: z.union([z.array(z.string().nullable()), z.record(z.string(), z.string())]).optional(),
      /** When it was exported; else the time of the file. */
      exported_at: z.iso.datetime({ offset: true }).optional(),
      /** Keep logs as one entry. */
      logs: z.enum(['split', 'whole']).optional(),
    }),
  ),
});

export type Description = Omit<z.infer<typeof schema>['files'][number], 'file'>;

/** A file to be read, with what its description says. */
export interface ExportFile {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly modifiedAt: Date;
  readonly description: Description;
}

/**
 * The files that are named, and those of named directories, with their descriptions from `exports.yaml` beside them.
 *
 * Throws RefusedError for a path that does not exist, or a description with faults.
 */
export async function listExports(paths: readonly string[], className?: string): Promise<ExportFile[]> {
  const files: ExportFile[] = [];
  for (const path of paths) {
    const found = await stat(path).catch((error: unknown) => {
      throw refused(`${path} cannot be read: ${messageOf(error)}`, 'Correct the path.', error);
    });
    const directory = found.isDirectory() ? path : dirname(path);
    const names = found.isDirectory()
      ? (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => entry.name)
      : [basename(path)];
    const descriptions = await readDescriptions(directory);
    for (const name of names.filter((each) => each !== descriptionFile && !each.startsWith('.')).sort()) {
      const { file: _, ...description } = descriptions.find((each) => matchesGlob(name, each.file)) ?? { file: name };
      if (description.skip === true) continue;
      const { size, mtime } = await stat(join(directory, name));
      const described = className === undefined ? description : { ...description, class: className };
      files.push({ path: join(directory, name), name, size, modifiedAt: mtime, description: described });
    }
  }
  return files;
}

async function readDescriptions(directory: string): Promise<z.infer<typeof schema>['files']> {
  const path = join(directory, descriptionFile);
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (content === undefined) return [];
  const nextStep = 'Correct it; docs/files.md has an example.';
  try {
    return schema.parse(readYaml(content, { name: path, stage: 'extract', nextStep })).files;
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const faults = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw refused(`${path} cannot be used: ${faults}`, nextStep, error);
  }
}

function refused(message: string, nextStep: string, cause: unknown): RefusedError {
  return new RefusedError(message, { stage: 'extract', nextStep, cause });
}
