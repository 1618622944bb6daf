import type { Sender } from './send-call.ts';
import type { UndoOperations } from './undo.ts';

/** What the workspace holds of one object. */
export interface ListedObject {
  readonly objectType: string;
  readonly id: string;
  /** What tells it from others of its kind, beside its parent: its name, or the key that it was given. */
  readonly name: string | null;
  readonly parent: string | null;
  /** What the list says of it, without its body. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly body?: string | null;
}

/** A call that was to create an object, as the journal has it. */
export interface SentCreation {
  readonly operation: string;
  readonly path: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** How the workspace lists the objects of one kind. */
export interface ObjectList {
  /** Everything live, a page at a time. `instanceTypes` are identifiers of custom object types: their instances have a list a type. */
  pages(sender: Sender, instanceTypes: readonly string[]): AsyncGenerator<readonly ListedObject[]>;
  /** operationIds of the calls that create an object. */
  readonly creations: readonly string[];
  /** Whether a listed object is what a call was to create. */
  isMadeBy(call: SentCreation, listed: ListedObject): boolean;
}

/** What reading a workspace back, and taking a load back, need to know of one kind of object. */
export interface ObjectKind {
  readonly targetType: string;
  /** Undefined where objects of the kind are read in another way (`reconcile/observe-workspace.ts`). */
  readonly list: ObjectList | undefined;
  /** The calls of a rollback, which `reconcile.rollback_diff` plans. */
  readonly undo: UndoOperations;
}

/** Identifier of the custom object type in the path of a call. */
export function instanceTypeIn(path: string): string {
  return decodeURIComponent(path.split('/')[2] ?? '');
}
