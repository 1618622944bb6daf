import type { Call } from './call.ts';

/** A call that takes something back. All of them may be repeated: what is gone stays gone, what is restored stays restored. */
export interface Undo {
  readonly targetType: string;
  readonly action: 'delete' | 'restore' | 'detach' | 'archive';
  readonly method: 'DELETE' | 'PUT';
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** operationIds by kind of thing and action. */
const operations: Readonly<Record<string, string>> = {
  'delete conversation': 'deleteConversation',
  'delete contact': 'DeleteContact',
  'delete company': 'deleteCompany',
  'delete tag': 'deleteTag',
  'delete article': 'deleteArticle',
  'delete collection': 'deleteCollection',
  'delete custom_object_instance': 'deleteCustomObjectInstancesByExternalId',
  'detach contact_company': 'detachContactFromACompany',
  'detach conversation_tag': 'detachTagFromConversation',
  'restore contact': 'UpdateContact',
  'restore company': 'UpdateCompany',
  'archive PUT': 'updateDataAttribute',
  'archive DELETE': 'deleteConversationAttribute',
};

/** The call of an item of a rollback plan. `retainMetrics` matters to conversations only. */
export function undoCall(undo: Undo, retainMetrics: boolean): Call<null> {
  const name = undo.action === 'archive' ? undo.method : undo.targetType;
  const operation = operations[`${undo.action} ${name}`];
  if (operation === undefined) throw new Error(`No call is known to ${undo.action} a ${undo.targetType}.`);
  const query = operation === 'deleteConversation' ? `?retain_metrics=${retainMetrics}` : '';
  return {
    operation,
    method: undo.method,
    path: undo.path + query,
    ...(undo.body === null ? {} : { body: undo.body }),
    effect: 'repeatable',
    read: () => null,
  };
}
