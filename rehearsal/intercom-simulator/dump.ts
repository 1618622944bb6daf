import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { showCompany } from './companies.ts';
import { showContact } from './contact-view.ts';
import { showConversationAttribute } from './conversation-attributes.ts';
import { showConversation } from './conversation-view.ts';
import { showDataAttribute } from './data-attributes.ts';
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
  for (const conversation of workspace.conversations.values()) {
    yield showConversation(workspace, conversation, Number.POSITIVE_INFINITY);
  }
}
