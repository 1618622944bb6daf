import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { showCompany } from './companies.ts';
import { showContact } from './contact-view.ts';
import { showConversationAttribute } from './conversation-attributes.ts';
import { showConversation } from './conversation-view.ts';
import { showInstance } from './custom-objects.ts';
import { showDataAttribute } from './data-attributes.ts';
import { showArticle, showCollection } from './help-center.ts';
import { showTag } from './tags.ts';
import type { Workspace } from './workspace.ts';

/** Everything that the workspace holds, as NDJSON: every object with its `type`, conversations with all their parts. */
export async function dump(workspace: Workspace, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  for (const object of liveObjects(workspace)) {
    if (!response.write(`${JSON.stringify(object)}\n`))
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    if (response.destroyed) return;
  }
  response.end();
}

function* liveObjects(workspace: Workspace): Generator<object> {
  for (const admin of workspace.admins.values()) yield { type: 'admin', ...admin };
  for (const team of workspace.teams.values()) yield { type: 'team', ...team };
  for (const attribute of workspace.dataAttributes.values()) yield showDataAttribute(workspace, attribute);
  for (const attribute of workspace.conversationAttributes.values())
    yield showConversationAttribute(workspace, attribute);
  for (const company of workspace.companies.values()) yield showCompany(workspace, company);
  for (const contact of workspace.contacts.values()) {
    yield { ...showContact(workspace, contact), archived: contact.isArchived, company_ids: [...contact.companyIds] };
  }
  for (const tag of workspace.tags.values()) yield showTag(tag);
  for (const { instances } of workspace.objectTypes.values()) {
    // An instance's own `type` is the identifier of its type.
    for (const instance of instances.values()) {
      const { type: objectType, ...rest } = showInstance(instance);
      yield { type: 'custom_object_instance', object_type: objectType, ...rest };
    }
  }
  for (const collection of workspace.collections.values())
    yield { type: 'collection', ...showCollection(workspace, collection) };
  for (const article of workspace.articles.values()) yield showArticle(workspace, article);
  for (const conversation of workspace.conversations.values()) {
    yield showConversation(workspace, conversation, Number.POSITIVE_INFINITY);
  }
}
