import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { isNode, LineCounter } from 'yaml';
import { messageOf, RefusedError } from '../../platform/errors.ts';
import { plainValue, yamlDocument } from '../../platform/read-yaml.ts';
import { type Mapping, mappingSchema } from './mapping-schema.ts';

/** A mapping.yaml that was read: what it says, word for word, and where each entry stands. */
export interface MappingFile {
  readonly path: string;
  readonly text: string;
  readonly hash: string;
  readonly mapping: Mapping;
  /** Line of an entry, from 1; of the nearest entry above it where it is not in the file. */
  lineOf(path: readonly (string | number)[]): number;
}

export interface MappingFault {
  readonly line: number | null;
  readonly fault: string;
  readonly nextStep: string;
}

/** Reads a mapping file. Throws RefusedError that lists every fault with its line, reason and next step. */
export function readMappingFile(path: string): MappingFile {
  const text = readMappingText(path);
  if (text === undefined) {
    throw new RefusedError(`There is no ${path}.`, {
      stage: 'map',
      nextStep: 'Have one proposed from the data: itop-to-intercom map propose',
    });
  }
  return parseMapping(text, path);
}

/** The text of a mapping file; undefined where there is none. Throws RefusedError where what is there cannot be read. */
export function readMappingText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new RefusedError(`The mapping file cannot be read (${messageOf(error)}).`, {
      stage: 'map',
      nextStep: `Make ${path} a file that this account may read, or name another in the setting mapping.file.`,
      cause: error,
    });
  }
}

/** Writes a mapping file. Throws RefusedError where it cannot be written. */
export function writeMappingText(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new RefusedError(`The mapping file cannot be written (${messageOf(error)}).`, {
      stage: 'map',
      nextStep: `Make ${path} a file that this account may write, or name another in the setting mapping.file.`,
      cause: error,
    });
  }
}

/** The hash of a mapping's text, by which a confirmation knows the file. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Parses the text of a mapping. Throws RefusedError like `readMappingFile`. */
export function parseMapping(text: string, path: string): MappingFile {
  const lines = new LineCounter();
  const source = { name: path, stage: 'map', nextStep: 'Write each value out: no aliases.' };
  const document = yamlDocument(text, source, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    refuse(
      path,
      document.errors.map((error) => ({
        line: lines.linePos(error.pos[0]).line,
        fault: /call stack|stack overflow/i.test(error.message) ? 'it is nested too deeply' : error.message,
        nextStep: 'Mend the YAML: indentation, quotes and brackets, one entry a name.',
      })),
    );
  }
  const lineOf = (entry: readonly (string | number)[]): number => {
    for (let length = entry.length; length > 0; length--) {
      const key = entry[length - 1];
      const parent: unknown = length === 1 ? document.contents : document.getIn(entry.slice(0, length - 1), true);
      const position = keyPosition(parent, key) ?? nodePosition(document.getIn(entry.slice(0, length), true));
      if (position !== undefined) return lines.linePos(position).line;
    }
    return 1;
  };
  const parsed = mappingSchema.safeParse(plainValue(document, source));
  if (!parsed.success) {
    refuse(
      path,
      parsed.error.issues.flatMap((issue) => {
        const at = issue.path.filter((step) => typeof step !== 'symbol');
        if (issue.code === 'unrecognized_keys') {
          return issue.keys.map((key) => ({
            line: lineOf([...at, key]),
            fault: `${[...at, key].join('.')}: nothing of this name belongs here`,
            nextStep: 'Correct the spelling, or remove the line.',
          }));
        }
        return [
          {
            line: lineOf(at),
            fault: `${at.join('.') || 'the file'}: ${issue.message}`,
            nextStep: 'Correct the entry; "map propose" shows the form of every kind of entry.',
          },
        ];
      }),
    );
  }
  return { path, text, hash: hashOf(text), mapping: parsed.data, lineOf };
}

/** Throws RefusedError with all faults, one a line, in the order of the file. */
export function refuse(path: string, faults: readonly MappingFault[]): never {
  const sorted = [...faults].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const words = new Set(
    sorted.map(({ line, fault, nextStep }) => `  ${path}${line === null ? '' : `:${line}`}: ${fault}. ${nextStep}`),
  );
  throw new RefusedError(
    `The mapping has ${words.size === 1 ? 'a fault' : `${words.size} faults`}:\n${[...words].join('\n')}`,
    { stage: 'map', nextStep: `Correct ${path}, then: itop-to-intercom map check` },
  );
}

function keyPosition(parent: unknown, key: string | number | undefined): number | undefined {
  if (typeof parent !== 'object' || parent === null || !('items' in parent) || !Array.isArray(parent.items))
    return undefined;
  for (const item of parent.items as readonly unknown[]) {
    if (typeof item !== 'object' || item === null || !('key' in item)) continue;
    const node: unknown = item.key;
    if (isNode(node) && 'value' in node && String(node.value) === String(key)) return node.range?.[0];
  }
  return undefined;
}

function nodePosition(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
