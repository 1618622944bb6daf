import { createReadStream } from 'node:fs';
import { SaxesParser } from 'saxes';
import { messageOf, RefusedError } from '../../platform/errors.ts';
import type { AttributeKind } from './attribute-kind.ts';

export interface ModelAttribute {
  readonly attribute: string;
  /** Type in iTop, e.g. AttributeEnum. */
  readonly type: string;
  readonly kind: AttributeKind;
  readonly label: string;
  /** Module that brought it into its class; empty where the class's own did. */
  readonly module: string;
  readonly isCustom: boolean;
  readonly values: readonly { readonly value: string; readonly label: string | undefined }[];
}

export interface ModelClass {
  readonly name: string;
  readonly parent: string | undefined;
  readonly label: string | undefined;
  readonly module: string;
  readonly isAbstract: boolean;
  readonly isCustom: boolean;
  /** Inherited ones included. */
  readonly attributes: readonly ModelAttribute[];
}

export interface DataModel {
  readonly classes: ReadonlyMap<string, ModelClass>;
  /** Languages of the dictionary, e.g. EN US. */
  readonly languages: readonly string[];
}

interface Field {
  readonly id: string;
  readonly type: string;
  readonly module: string;
  readonly values: string[];
  /** Of texts: html, or text where the model names none. */
  format?: string;
  key?: string;
  target?: string;
  targetClass?: string;
}

interface Class {
  readonly id: string;
  readonly module: string;
  parent?: string;
  isAbstract: boolean;
  readonly fields: Map<string, Field>;
}

const kinds: Readonly<Record<string, AttributeKind>> = {
  AttributeHTML: 'html',
  AttributeTemplateHTML: 'html',
  AttributeInteger: 'number',
  AttributeDecimal: 'number',
  AttributePercentage: 'number',
  AttributeDuration: 'number',
  AttributeStopWatch: 'number',
  AttributeBoolean: 'boolean',
  AttributeArchiveFlag: 'boolean',
  AttributeObsolescenceFlag: 'boolean',
  AttributeDate: 'date',
  AttributeDateTime: 'datetime',
  AttributeDeadline: 'datetime',
  AttributeExternalKey: 'key',
  AttributeHierarchicalKey: 'key',
  AttributeObjectKey: 'text',
  AttributeTagSet: 'tags',
  AttributeCaseLog: 'log',
  AttributeBlob: 'blob',
  AttributeImage: 'blob',
  AttributeCustomFields: 'form',
  AttributePassword: 'secret',
  AttributeEncryptedString: 'secret',
  AttributeEncryptedPassword: 'secret',
  AttributeOneWayPassword: 'secret',
  AttributeSubItem: 'unknown',
  AttributeExternalField: 'text',
};

/** Modules that Combodo ships with iTop; what another one brings is the site's own. */
const shipped = /^(?:core|application|dictionaries)$|^(?:itop|combodo|authent)-/;

/** A text is HTML where the model says so: its type, or the format of a text (tickets' description and solution). */
function kindOf({ type, format }: Field): AttributeKind {
  const kind = kinds[type] ?? 'text';
  return kind === 'text' && format === 'html' ? 'html' : kind;
}

/** Longest dictionary entry or name kept: the file holds icons and templates as texts too. */
const textLimit = 4_000;

/**
 * Reads iTop's data model as its server compiled it (`data/datamodel-production.xml`), streamed: 10 MB, most of it dictionaries.
 *
 * Throws RefusedError for a file that is no data model, or ends early.
 */
export async function readDataModel(file: string, language = 'EN US'): Promise<DataModel> {
  const classes = new Map<string, Class>();
  const dictionary = new Map<string, string>();
  const languages: string[] = [];
  const path: string[] = [];
  let ofClass: Class | undefined;
  let field: Field | undefined;
  let entry: string | undefined;
  let isWanted = false;
  let text = '';
  let fault: string | undefined;
  let root: string | undefined;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    fault ??= error.message;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const parent = path.at(-1);
    const id = String(attributes.id ?? '');
    root ??= name;
    path.push(name);
    text = '';
    if (name === 'class' && parent === 'classes' && path.length === 3) {
      ofClass = { id, module: String(attributes._created_in ?? ''), isAbstract: false, fields: new Map() };
      classes.set(id, ofClass);
    } else if (name === 'field' && parent === 'fields' && path.length === 5 && ofClass !== undefined) {
      const module = String(attributes._created_in ?? attributes._altered_in ?? '');
      field = { id, type: String(attributes['xsi:type'] ?? ''), module, values: [] };
      ofClass.fields.set(id, field);
    } else if (name === 'dictionary') {
      languages.push(id);
      isWanted = id === language;
    } else if (name === 'entry' && isWanted && /^Class:[^+?]*$/.test(id)) entry = id;
  });
  parser.on('text', (piece) => {
    if (text.length < textLimit) text += piece;
  });
  parser.on('cdata', (piece) => {
    if (text.length < textLimit) text += piece;
  });
  parser.on('closetag', ({ name }) => {
    const value = text.trim();
    path.pop();
    const place = path.length;
    if (ofClass !== undefined && place === 3 && name === 'parent') ofClass.parent = value;
    else if (ofClass !== undefined && place === 4 && name === 'abstract') ofClass.isAbstract = value === 'true';
    else if (field !== undefined && place === 5 && name === 'extkey_attcode') field.key = value;
    else if (field !== undefined && place === 5 && name === 'target_attcode') field.target = value;
    else if (field !== undefined && place === 5 && name === 'target_class') field.targetClass = value;
    else if (field !== undefined && place === 5 && name === 'format') field.format = value;
    // Since 3.0 a value holds its code; before, it was the code.
    else if (field !== undefined && name === 'code' && path.at(-1) === 'value') field.values.push(value);
    else if (field !== undefined && name === 'value' && path.at(-1) === 'values' && value !== '')
      field.values.push(value);
    else if (name === 'entry' && entry !== undefined) {
      dictionary.set(entry, value);
      entry = undefined;
    } else if (name === 'field' && place === 4) field = undefined;
    else if (name === 'class' && place === 2) ofClass = undefined;
    text = '';
  });
  try {
    for await (const piece of createReadStream(file, 'utf8')) parser.write(String(piece));
    parser.close();
  } catch (error) {
    throw refused(file, messageOf(error), error);
  }
  if (fault !== undefined) throw refused(file, fault);
  if (root !== 'itop_design' || classes.size === 0)
    throw refused(file, `its root is ${root ?? 'missing'}, with no classes`);
  return { classes: describe(classes, dictionary), languages };
}

function describe(
  classes: ReadonlyMap<string, Class>,
  dictionary: ReadonlyMap<string, string>,
): Map<string, ModelClass> {
  /** The class and those above it, nearest first. */
  const lineOf = (name: string): Class[] => {
    const line: Class[] = [];
    for (let at = classes.get(name); at !== undefined && !line.includes(at); at = classes.get(at.parent ?? ''))
      line.push(at);
    return line;
  };
  const fieldOf = (name: string, code: string): Field | undefined =>
    lineOf(name)
      .find((one) => one.fields.has(code))
      ?.fields.get(code);
  const entryOf = (name: string, rest: string): string | undefined => {
    for (const { id } of lineOf(name)) {
      const found = dictionary.get(`Class:${id}/${rest}`);
      if (found !== undefined && found !== '') return found;
    }
    return undefined;
  };
  /** As iTop shows it: its entry, for a copy the key and what is copied, else the code. */
  const labelOf = (name: string, field: Field): string => {
    const own = entryOf(name, `Attribute:${field.id}`);
    if (own !== undefined) return own;
    const key = field.key === undefined ? undefined : fieldOf(name, field.key);
    const target = key?.targetClass === undefined ? undefined : fieldOf(key.targetClass, field.target ?? '');
    if (key === undefined || target === undefined || key.targetClass === undefined)
      return field.id.replaceAll('_', ' ');
    return `${labelOf(name, key)}->${labelOf(key.targetClass, target)}`;
  };
  const isOwn = (module: string): boolean => module !== '' && !shipped.test(module);
  return new Map(
    [...classes.values()].map((one) => {
      const attributes = new Map<string, ModelAttribute>();
      for (const holder of lineOf(one.id).reverse()) {
        for (const field of holder.fields.values()) {
          attributes.set(field.id, {
            attribute: field.id,
            type: field.type,
            kind: kindOf(field),
            label: labelOf(one.id, field),
            module: field.module,
            isCustom: isOwn(field.module) || isOwn(holder.module),
            values: field.values.map((value) => ({
              value,
              label: entryOf(one.id, `Attribute:${field.id}/Value:${value}`),
            })),
          });
        }
      }
      return [
        one.id,
        {
          name: one.id,
          parent: one.parent !== undefined && classes.has(one.parent) ? one.parent : undefined,
          label: dictionary.get(`Class:${one.id}`),
          module: one.module,
          isAbstract: one.isAbstract,
          isCustom: isOwn(one.module),
          attributes: [...attributes.values()],
        },
      ];
    }),
  );
}

function refused(file: string, why: string, cause?: unknown): RefusedError {
  return new RefusedError(`${file} is not a data model of iTop that can be read: ${why}`, {
    stage: 'extract',
    nextStep: "Copy data/datamodel-production.xml again from iTop's server, whole.",
    cause,
  });
}
