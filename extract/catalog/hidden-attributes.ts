import { ItopError } from '../../itop/errors.ts';
import { selectAll } from '../../itop/oql.ts';
import type { Finding } from '../../platform/findings.ts';
import type { RestReader } from '../reader/rest-reader.ts';
import { type AttributeKind, isDerived, kindOfValue, suggestsSecret } from './attribute-kind.ts';
import { type HeldObjects, holdObjects } from './held-objects.ts';

export interface HiddenAttributes {
  readonly kinds: ReadonlyMap<string, AttributeKind>;
  readonly findings: readonly Finding[];
  /** What one object showed; undefined where none was looked at. */
  readonly shown?: ShownObject;
}

export interface ShownObject {
  /** iTop's count of the class. */
  readonly count: number;
  readonly fields: Readonly<Record<string, unknown>>;
  /** All objects of the class, where these were read instead of one. */
  readonly held?: HeldObjects;
}

/** What the data model file says of an attribute, as far as it matters here. */
interface ModelAttribute {
  readonly kind: AttributeKind;
}

/** Classes whose one file is known and may be large, and the history, which has none. */
const neverShown = /^(Attachment|InlineImage|CMDBChangeOp.*)$/;

/**
 * Attributes that no query can name, and so iTop does not list: files, pictures, answers of customized request forms
 * (`AttributeBlob`, `AttributeImage`, `AttributeCustomFields` have no filter code; iTop's `core/attributedef.class.inc.php`).
 *
 * The data model file names them, and what one object showed before holds as long as iTop's modules are the same
 * (`knownHidden`). Without both one object is read with `*`, which shows all attributes of its class; only names
 * and kinds are kept of it. Of a class that may be held all objects are, and are its data too. A class with a name that suggests a secret is not read so: `*` shows secrets in clear text.
 */
export async function findHidden(
  reader: RestReader,
  className: string,
  listed: readonly string[],
  model: ReadonlyMap<string, ModelAttribute>,
  decisions: ReadonlyMap<string, string>,
  {
    knownHidden,
    mayHold,
  }: { readonly knownHidden: ReadonlyMap<string, AttributeKind> | undefined; readonly mayHold: boolean },
): Promise<HiddenAttributes> {
  const isHidden = (code: string): boolean => !listed.includes(code) && !isDerived(code);
  if (model.size > 0) {
    const files = [...model].filter(([code, { kind }]) => isHidden(code) && (kind === 'blob' || kind === 'form'));
    return { kinds: new Map(files.map(([code, { kind }]) => [code, kind])), findings: [] };
  }
  if (neverShown.test(className)) return { kinds: new Map(), findings: [] };
  const suspicious = listed.filter((code) => suggestsSecret(code) && decisions.get(code) !== 'request');
  if (suspicious.length > 0) return { kinds: new Map(), findings: [notLookedFor(className, suspicious)] };
  if (knownHidden !== undefined) return { kinds: knownHidden, findings: [] };
  const shown = (mayHold ? await showHeld(reader, className) : undefined) ?? (await showAll(reader, className));
  if (shown === undefined) return { kinds: new Map(), findings: [] };
  if (shown instanceof ItopError) return { kinds: new Map(), findings: [notShown(className, shown)] };
  const kinds = Object.entries(shown.fields)
    .filter(([code, value]) => isHidden(code) && !Array.isArray(value))
    .map(([code, value]) => [code, kindOfHidden(value)] as const);
  return { kinds: new Map(kinds), findings: [], shown };
}

/** Answers of a form are an object of the form's own, or a text where the form's module writes one. */
function kindOfHidden(value: unknown): AttributeKind {
  const kind = kindOfValue(value);
  return kind === 'blob' || kind === 'secret' ? kind : 'form';
}

/** Undefined where one object must do: a failure shows when that is asked for. */
async function showHeld(reader: RestReader, className: string): Promise<ShownObject | undefined> {
  try {
    const held = await holdObjects(reader, className);
    const [first] = held?.objects ?? [];
    return held === undefined || first === undefined
      ? undefined
      : { count: held.objects.length, fields: first.fields, held };
  } catch (error) {
    if (error instanceof ItopError && error.remedy !== 'stop') return undefined;
    throw error;
  }
}

/** Tries of a question that cannot be made smaller. */
const tries = 3;

async function showAll(reader: RestReader, className: string): Promise<ShownObject | undefined | ItopError> {
  for (let left = tries; ; left--) {
    try {
      const { count, object } = await reader.sample(className, selectAll(className), '*');
      return { count, fields: object?.fields ?? {} };
    } catch (error) {
      if (!(error instanceof ItopError) || error.remedy === 'stop') throw error;
      // What iTop refuses of the class shows when it is read.
      if (error.remedy === 'continue') return undefined;
      if (left === 1) return error;
    }
  }
}

function notShown(subject: string, error: ItopError): Finding {
  return {
    code: 'attributes_not_looked_for',
    severity: 'warning',
    subject,
    finding: `Files and answers of forms among its attributes could not be looked for: ${error.message}`,
    nextStep: error.nextStep,
  };
}

function notLookedFor(subject: string, suspicious: readonly string[]): Finding {
  return {
    code: 'attributes_not_looked_for',
    severity: 'warning',
    subject,
    finding: `Files and answers of forms among its attributes are not looked for: that would show ${suspicious.join(', ')}, which may be secret.`,
    nextStep: "Give iTop's data model file, which names all attributes: itop-to-intercom extract --datamodel FILE",
  };
}
