import { Readable } from 'node:stream';
import * as adoptable from '../../intercom/adoptable.ts';
import * as attributes from '../../intercom/attributes.ts';
import type { Call, CallFile } from '../../intercom/call.ts';
import * as companies from '../../intercom/companies.ts';
import * as contacts from '../../intercom/contacts.ts';
import * as conversationSearch from '../../intercom/conversation-search.ts';
import * as conversations from '../../intercom/conversations.ts';
import * as customObjects from '../../intercom/custom-objects.ts';
import * as helpCenter from '../../intercom/help-center.ts';
import * as removals from '../../intercom/removals.ts';
import * as scopeReads from '../../intercom/scope-reads.ts';
import * as silenceFacts from '../../intercom/silence-facts.ts';
import * as tags from '../../intercom/tags.ts';
import * as undo from '../../intercom/undo.ts';
import * as workspace from '../../intercom/workspace.ts';
import * as workspaceLists from '../../intercom/workspace-lists.ts';
import { objectKinds } from '../../load/phases.ts';

type Calls = Readonly<Record<string, readonly Call<unknown>[]>>;

const file: CallFile = {
  name: 'picture.png',
  contentType: 'image/png',
  byteSize: 3,
  hash: '00',
  open: () => Promise.resolve(Readable.from([Buffer.from('abc')])),
};
const contactFields = {
  email: 'ada@example.com',
  external_id: '7',
  name: 'Ada',
  phone: '+15551230000',
  custom_attributes: { itop_function: 'Engineer', itop_level: 2, itop_vip: true },
};
const attributeRequests = ['string', 'integer', 'float', 'boolean', 'datetime', 'date'].map((dataType) => ({
  name: `itop_${dataType}`,
  dataType,
  description: dataType === 'string' ? null : 'From iTop',
}));
const articleRequest = {
  title: 'How to',
  body: '<p>So</p>',
  author_id: 1,
  state: 'draft' as const,
  ai_chatbot_availability: false,
  ai_copilot_availability: false,
};
const manage = { adminId: '1' };
const undos: readonly (readonly [string, undo.UndoAction, undo.Undo['method'], string, undo.Undo['body']])[] = [
  ['conversation', 'delete', 'DELETE', '/conversations/1', null],
  ['contact', 'delete', 'DELETE', '/contacts/1', null],
  ['company', 'delete', 'DELETE', '/companies/1', null],
  ['tag', 'delete', 'DELETE', '/tags/1', null],
  ['article', 'delete', 'DELETE', '/articles/1', null],
  ['collection', 'delete', 'DELETE', '/help_center/collections/1', null],
  ['custom_object_instance', 'delete', 'DELETE', '/custom_object_instances/Box/1', null],
  ['contact_company', 'detach', 'DELETE', '/contacts/1/companies/2', null],
  ['conversation_tag', 'detach', 'DELETE', '/conversations/1/tags/2', { admin_id: '3' }],
  ['contact', 'restore', 'PUT', '/contacts/1', { name: 'Ada' }],
  ['company', 'restore', 'PUT', '/companies/1', { name: 'One' }],
  ['attribute', 'archive', 'PUT', '/data_attributes/1', { archived: true }],
  ['attribute', 'archive', 'DELETE', '/conversations/attributes/1', null],
];

function operationOf(targetType: string, action: undo.UndoAction, method: undo.Undo['method']): string {
  return objectKinds.find((kind) => kind.targetType === targetType)?.undo[action]?.[method] ?? '';
}

/** Every call that the product can make, by the function that builds it: `<file in intercom/>.<function>`. */
export const everyCall: Calls = {
  'adoptable.listConversationsPage': [adoptable.listConversationsPage(), adoptable.listConversationsPage('cursor')],
  'adoptable.listInstancesPage': [adoptable.listInstancesPage('Order', 1)],
  'attributes.listAttributes': [
    attributes.listAttributes('contact'),
    attributes.listAttributes('company'),
    attributes.listAttributes('conversation'),
  ],
  'attributes.createAttribute': [
    ...attributeRequests.map((request) => attributes.createAttribute('contact', request)),
    ...attributeRequests.map((request) => attributes.createAttribute('company', request)),
    ...attributeRequests.map((request) => attributes.createAttribute('conversation', request)),
    attributes.createAttribute('conversation', {
      name: 'itop_cis',
      dataType: 'relationship',
      description: null,
      objectType: 'Box',
    }),
  ],
  'attributes.unarchiveDataAttribute': [attributes.unarchiveDataAttribute('1')],
  'attributes.renameConversationAttribute': [attributes.renameConversationAttribute('1', 'another')],
  'companies.retrieveCompany': [companies.retrieveCompany('DEMO')],
  'companies.createOrUpdateCompany': [
    companies.createOrUpdateCompany({
      company_id: 'DEMO',
      name: 'Demo',
      custom_attributes: { itop_path: 'Demo', itop_level: '1' },
    }),
  ],
  'companies.retrieveCompanyById': [companies.retrieveCompanyById('1')],
  'companies.updateCompany': [companies.updateCompany('1', { name: 'One', custom_attributes: { itop_level: '1' } })],
  'companies.listCompaniesForAContact': [companies.listCompaniesForAContact('1')],
  'companies.attachContactToACompany': [companies.attachContactToACompany('1', '2')],
  'contacts.createContact': [contacts.createContact({ role: 'user', ...contactFields })],
  'contacts.showContact': [contacts.showContact('1')],
  'contacts.showContactByExternalId': [contacts.showContactByExternalId('Person::1')],
  'contacts.searchContactsByEmail': [contacts.searchContactsByEmail('ada@example.com')],
  'contacts.updateContact': [contacts.updateContact('1', contactFields)],
  'conversation-search.searchConversations': [
    conversationSearch.searchConversations('1', 1_700_000_000),
    conversationSearch.searchConversations('1', 1_700_000_000, 'cursor'),
  ],
  'conversations.createConversation': [
    conversations.createConversation({ contactId: '1', role: 'user', body: 'Help', createdAt: 1_700_000_000 }),
  ],
  'conversations.retrieveConversation': [conversations.retrieveConversation('1')],
  'conversations.replyAsContact': [
    conversations.replyAsContact('1', { contactId: '2', body: 'Yes', createdAt: 1_700_000_000 }),
    conversations.replyAsContact('1', { contactId: '2', body: 'Yes', createdAt: 1_700_000_000, files: [file] }),
  ],
  'conversations.replyAsAdmin': [
    conversations.replyAsAdmin('1', { adminId: '2', kind: 'comment', body: 'Yes', createdAt: 1_700_000_000 }),
    conversations.replyAsAdmin('1', {
      adminId: '2',
      kind: 'note',
      body: '<p>Yes</p>',
      createdAt: 1_700_000_000,
      files: [file, file],
    }),
  ],
  'conversations.attachContactToConversation': [
    conversations.attachContactToConversation('1', { adminId: '2', contactId: '3' }),
  ],
  'conversations.updateConversation': [
    conversations.updateConversation('1', {
      title: '[R-000001] Printer',
      company_id: '2',
      custom_attributes: { itop_ref: 'R-000001', itop_level: 3, itop_created_at: 1_700_000_000 },
    }),
  ],
  'conversations.assignConversation': [
    conversations.assignConversation('1', { ...manage, assigneeType: 'admin', assigneeId: '2' }),
    conversations.assignConversation('1', { ...manage, assigneeType: 'team', assigneeId: '2' }),
  ],
  'conversations.closeConversation': [conversations.closeConversation('1', '2')],
  'conversations.openConversation': [conversations.openConversation('1', '2')],
  'conversations.snoozeConversation': [conversations.snoozeConversation('1', '2', 1_800_000_000)],
  'custom-objects.createCustomObjectInstance': [
    customObjects.createCustomObjectInstance('Order', {
      external_id: 'FunctionalCI::1',
      external_created_at: 1_700_000_000,
      external_updated_at: 1_700_000_000,
      custom_attributes: { name: 'web1' },
    }),
  ],
  'custom-objects.findCustomObjectInstance': [customObjects.findCustomObjectInstance('Order', 'order_001')],
  'custom-objects.countCustomObjectInstances': [customObjects.countCustomObjectInstances('Order')],
  'help-center.listHelpCenters': [helpCenter.listHelpCenters()],
  'help-center.listCollections': [helpCenter.listCollections(1)],
  'help-center.retrieveCollection': [helpCenter.retrieveCollection('1')],
  'help-center.createCollection': [
    helpCenter.createCollection({ name: 'FAQ', description: null, parentId: null }),
    helpCenter.createCollection({ name: 'FAQ', description: 'From iTop', parentId: '1' }),
  ],
  'help-center.listArticles': [helpCenter.listArticles(1)],
  'help-center.retrieveArticle': [helpCenter.retrieveArticle('1')],
  'help-center.createArticle': [
    helpCenter.createArticle(articleRequest),
    helpCenter.createArticle({ ...articleRequest, description: 'Short', parent_id: 2, parent_type: 'collection' }),
  ],
  'help-center.updateArticle': [helpCenter.updateArticle('1', { title: 'How', body: '<p>So</p>' })],
  'help-center.updateCollection': [helpCenter.updateCollection('1', { name: 'Questions' })],
  'removals.deleteConversation': [removals.deleteConversation('1', true), removals.deleteConversation('1', false)],
  'removals.deleteContact': [removals.deleteContact('1')],
  'removals.deleteCompany': [removals.deleteCompany('1')],
  'removals.deleteCustomObjectInstance': [removals.deleteCustomObjectInstance('Order', '1')],
  'removals.deleteConversationAttribute': [removals.deleteConversationAttribute('1')],
  'removals.archiveDataAttribute': [removals.archiveDataAttribute('1')],
  'scope-reads.readOf': scopeReads.scopeReads.map(({ call }) => call),
  'silence-facts.retrieveSilence': [silenceFacts.retrieveSilence('1')],
  'silence-facts.searchByField': [
    silenceFacts.searchByField('contact_ids', '1'),
    silenceFacts.searchByField('source.body', 'itopcanary1'),
  ],
  'tags.listTags': [tags.listTags()],
  'tags.createTag': [tags.createTag('Mail')],
  'tags.attachTagToConversation': [tags.attachTagToConversation('1', { adminId: '2', tagId: '3' })],
  'undo.undoCall': undos.map(([targetType, action, method, path, body]) =>
    undo.undoCall({ operation: operationOf(targetType, action, method), method, path, body }, true),
  ),
  'workspace.identifyAdmin': [workspace.identifyAdmin()],
  'workspace.listAdmins': [workspace.listAdmins()],
  'workspace.listTeams': [workspace.listTeams()],
  'workspace-lists.listConversations': [workspaceLists.listConversations(), workspaceLists.listConversations('cursor')],
  'workspace-lists.listContacts': [workspaceLists.listContacts(), workspaceLists.listContacts('cursor')],
  'workspace-lists.listAttachedContacts': [workspaceLists.listAttachedContacts('1', 1)],
  'workspace-lists.listDeletedConversations': [workspaceLists.listDeletedConversations(1)],
};
