import { type Document, type DocumentOptions, type ParseOptions, parseDocument, type SchemaOptions } from 'yaml';
import { RefusedError } from './errors.ts';

/** What a message says about a YAML text: where it came from, and which stage reads it. */
export interface YamlSource {
  /** Named in errors, e.g. the file's path. */
  readonly name: string;
  readonly stage: string;
  readonly nextStep: string;
}

/**
 * Reads YAML that a person wrote. Throws RefusedError with line and column of a fault and never its text: that line may be the one with
 * a password. Aliases that multiply, and nesting without end, are refused as well.
 */
export function readYaml(text: string, source: YamlSource): unknown {
  const document = yamlDocument(text, source);
  const [fault] = document.errors;
  if (fault !== undefined) {
    const place = fault.linePos?.[0];
    const where = place === undefined ? '' : ` in line ${place.line}, column ${place.col}`;
    throw refusal(source, `it is not valid YAML${where} (${fault.code.toLowerCase().replaceAll('_', ' ')}).`);
  }
  return plainValue(document, source);
}

/** Text as a document with its places and comments; faults of its syntax are in it. Throws RefusedError where it is nested without end. */
export function yamlDocument(
  text: string,
  source: YamlSource,
  options: ParseOptions & DocumentOptions & SchemaOptions = {},
): Document {
  try {
    return parseDocument(text, options);
  } catch {
    throw refusal(source, 'it is nested too deeply.');
  }
}

/** The value of a parsed document. Throws RefusedError where aliases multiply, or name nothing. */
export function plainValue(document: Document, source: YamlSource): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw refusal(
      source,
      error instanceof RangeError
        ? 'it is nested too deeply.'
        : 'an alias (*name) names no anchor above it, or aliases multiply each other.',
    );
  }
}

function refusal(source: YamlSource, reason: string): RefusedError {
  return new RefusedError(`${source.name} cannot be read: ${reason}`, {
    stage: source.stage,
    nextStep: source.nextStep,
  });
}
