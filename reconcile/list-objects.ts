import type { ListedObject, ObjectKind } from '../intercom/object-kind.ts';
import type { Sender } from '../intercom/send-call.ts';

/** The kinds of object that a load makes. */
export interface KnownKinds {
  readonly kinds: readonly ObjectKind[];
}

/** What is to be listed: kinds of which nothing is ours are left alone, the token may not even see them. */
export interface ListedKinds {
  readonly types: ReadonlySet<string>;
  /** Identifiers of custom object types. */
  readonly instanceTypes: readonly string[];
}

/** Everything live of these kinds, a page at a time. */
export async function* listObjects(
  request: Sender & KnownKinds,
  { types, instanceTypes }: ListedKinds,
): AsyncGenerator<readonly ListedObject[]> {
  for (const { targetType, list } of request.kinds) {
    if (list !== undefined && types.has(targetType)) yield* list.pages(request, instanceTypes);
  }
}
