import type { Call } from './call.ts';

export type UndoAction = 'delete' | 'restore' | 'detach' | 'archive';
type UndoMethod = 'DELETE' | 'PUT';

/** operationIds of the calls that take an object of one kind back, by action and method. */
export type UndoOperations = Readonly<Partial<Record<UndoAction, Readonly<Partial<Record<UndoMethod, string>>>>>>;

/** A call that takes something back. All of them may be repeated: what is gone stays gone, what is restored stays restored. */
export interface Undo {
  readonly operation: string;
  readonly method: UndoMethod;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** The call of an item of a rollback plan. `retainMetrics` matters to conversations only. */
export function undoCall({ operation, method, path, body }: Undo, retainMetrics: boolean): Call<null> {
  const query = operation === 'deleteConversation' ? `?retain_metrics=${retainMetrics}` : '';
  return {
    operation,
    method,
    path: path + query,
    ...(body === null ? {} : { body }),
    effect: 'repeatable',
    read: () => null,
  };
}
