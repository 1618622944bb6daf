import { type Call, path } from './call.ts';

function removal(
  operation: string,
  callPath: string,
  method: 'DELETE' | 'PUT' = 'DELETE',
  body?: Record<string, unknown>,
): Call<null> {
  return {
    operation,
    method,
    path: callPath,
    ...(body === undefined ? {} : { body }),
    effect: 'repeatable',
    read: () => null,
  };
}

/** `deleteConversation`, for good. Without its metrics only with the scope `delete_conversations_and_metrics`. */
export function deleteConversation(conversationId: string, retainMetrics: boolean): Call<null> {
  return removal('deleteConversation', `${path`/conversations/${conversationId}`}?retain_metrics=${retainMetrics}`);
}

/** `DeleteContact`, for good; an archived one would block its address. */
export function deleteContact(contactId: string): Call<null> {
  return removal('DeleteContact', path`/contacts/${contactId}`);
}

/** `deleteCompany`, by Intercom's id. It takes effect a little later. */
export function deleteCompany(companyId: string): Call<null> {
  return removal('deleteCompany', path`/companies/${companyId}`);
}

/** `deleteCustomObjectInstancesByExternalId`, which despite its name takes Intercom's own id in its path. */
export function deleteCustomObjectInstance(type: string, instanceId: string): Call<null> {
  return removal('deleteCustomObjectInstancesByExternalId', path`/custom_object_instances/${type}/${instanceId}`);
}

/** `deleteConversationAttribute`. */
export function deleteConversationAttribute(attributeId: string): Call<null> {
  return removal('deleteConversationAttribute', path`/conversations/attributes/${attributeId}`);
}

/** `updateDataAttribute`: attributes of contacts and companies can be archived, not deleted. */
export function archiveDataAttribute(attributeId: string): Call<null> {
  return removal('updateDataAttribute', path`/data_attributes/${attributeId}`, 'PUT', { archived: true });
}
