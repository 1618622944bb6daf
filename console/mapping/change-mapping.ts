import type { Document } from 'yaml';
import { RefusedError } from '../../platform/errors.ts';
import { yamlDocument } from '../../platform/read-yaml.ts';
import {
  type MappingFile,
  parseMapping,
  readMappingText,
  writeMappingText,
} from '../../transform/mapping/read-mapping.ts';

/** What a person changes of one class: where an attribute goes, or where the objects go as a whole. */
export type MappingChange =
  | {
      readonly className: string;
      readonly attribute: string;
      readonly home: string;
      /** Its name there; empty where it needs none. */
      readonly to: string;
      /** Data type of a custom attribute; empty for the one that the file has, or text. */
      readonly type: string;
    }
  | { readonly className: string; readonly destination: string };

/** Destinations that need no decision about attributes: the others are proposed with theirs by "map set". */
export const wholeDestinations: readonly string[] = ['handoff', 'excluded'];

/** The file as it would be with a change; nothing else of it changes, and nothing is written. Throws RefusedError for what does not parse. */
export function tryChange(path: string, change: MappingChange): MappingFile {
  if ('destination' in change && !wholeDestinations.includes(change.destination))
    throw new RefusedError(
      `${change.className} cannot become ${change.destination || 'nothing'} here: its attributes need homes.`,
      {
        stage: 'console',
        nextStep: `itop-to-intercom map set ${change.className} <destination>`,
      },
    );
  const document = yamlDocument(readMappingText(path) ?? '', {
    name: path,
    stage: 'console',
    nextStep: 'itop-to-intercom map check',
  });
  const ofClass = ['classes', change.className];
  const at = 'attribute' in change ? [...ofClass, 'attributes', change.attribute] : ofClass;
  if (!document.hasIn(at))
    throw new RefusedError(`The mapping has no ${at.slice(1).join('.')}.`, {
      stage: 'console',
      nextStep: 'Open the mapping page again.',
    });
  if ('attribute' in change) {
    changeAttribute(document, at, change);
  } else {
    document.setIn([...at, 'to'], change.destination);
    document.deleteIn([...at, 'type']);
  }
  document.setIn([...at, 'confidence'], 'certain');
  document.setIn([...at, 'reason'], 'decided in the console');
  return parseMapping(document.toString({ lineWidth: 0 }), path);
}

/** In the record note a value has a label; elsewhere a name, and a custom attribute a type as well. */
function changeAttribute(
  document: Document,
  at: readonly string[],
  { home, to, type }: Extract<MappingChange, { attribute: string }>,
): void {
  const set = (entry: string, value: string): void => {
    if (value === '') document.deleteIn([...at, entry]);
    else document.setIn([...at, entry], value);
  };
  document.setIn([...at, 'home'], home);
  set('to', home === 'record_note' ? '' : to);
  if (home === 'record_note' && to !== '') set('label', to);
  if (home === 'attribute' && (type !== '' || !document.hasIn([...at, 'type']))) set('type', type || 'string');
}

/** Writes a change into the file, which stays the truth. */
export function writeChange(path: string, change: MappingChange): void {
  writeMappingText(path, tryChange(path, change).text);
}
