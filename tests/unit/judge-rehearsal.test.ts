import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Judgement } from '../../rehearsal/judge/judge-rehearsal.ts';
import { cleanWorld, type IntercomConversation, type JudgedWorld, judgeWorld } from '../support/judged-world.ts';

/** One change to a clean Intercom and the only checks it may turn red. */
interface Mutation {
  readonly name: string;
  readonly checks: readonly string[];
  readonly change: (world: JudgedWorld, first: IntercomConversation, second: IntercomConversation) => void;
}

const partsOf = (conversation: IntercomConversation) => conversation.conversation_parts.conversation_parts;

function partAt(conversation: IntercomConversation, place: number) {
  const part = partsOf(conversation)[place];
  if (part === undefined) throw new Error(`There is no part ${place}`);
  return part;
}

function contactAt(world: JudgedWorld, place: number) {
  const contact = world.contacts[place];
  if (contact === undefined) throw new Error(`There is no contact ${place}`);
  return contact;
}

function companyAt(world: JudgedWorld, place: number) {
  const company = world.companies[place];
  if (company === undefined) throw new Error(`There is no company ${place}`);
  return company;
}

function articleAt(world: JudgedWorld, place: number) {
  const article = world.articles[place];
  if (article === undefined) throw new Error(`There is no article ${place}`);
  return article;
}

/** The note of a delta, behind everything that is there. */
function changeNote(conversation: IntercomConversation, id: string, text: string) {
  const last = partAt(conversation, partsOf(conversation).length - 1);
  const body = `<p>The description was changed in iTop. It is now:</p><p>${text}</p>`;
  return { id, part_type: 'note', author: { type: 'admin', id: '900' }, created_at: last.created_at + 60, body };
}

const MUTATIONS: readonly Mutation[] = [
  { name: 'a dropped part', checks: ['missing part'], change: (_, first) => partsOf(first).splice(1, 1) },
  { name: 'a dropped note', checks: ['missing part'], change: (_, first) => partsOf(first).splice(2, 1) },
  {
    name: 'a part sent twice',
    checks: ['unexpected part'],
    change: (_, first) => partsOf(first).splice(1, 0, { ...partAt(first, 0), id: 'again' }),
  },
  {
    name: 'two parts in the wrong order',
    checks: ['part order'],
    change: (_, first) => partsOf(first).splice(3, 2, partAt(first, 4), partAt(first, 3)),
  },
  {
    name: 'another author',
    checks: ['part author'],
    change: (_, first) => Object.assign(partAt(first, 0).author, { id: '900' }),
  },
  {
    name: 'a comment of the customer under a teammate’s name',
    checks: ['part author'],
    change: (_, first) => Object.assign(partAt(first, 3), { author: { type: 'admin', id: '901' } }),
  },
  {
    name: 'a first line that does not name the author',
    checks: ['part author'],
    change: (_, first) => Object.assign(partAt(first, 4), { body: '<p>undeliverable</p>' }),
  },
  { name: 'another time', checks: ['part time'], change: (_, first) => partAt(first, 4).created_at++ },
  {
    name: 'an equal second that was not shifted',
    checks: ['part time'],
    change: (_, first) => partAt(first, 1).created_at--,
  },
  {
    name: 'a changed character',
    checks: ['part text'],
    change: (_, first) => Object.assign(partAt(first, 5), { body: '<p>New cablo.</p>' }),
  },
  {
    name: 'a note without private words made a comment',
    checks: ['part kind'],
    change: (_, first) => Object.assign(partAt(first, 6), { part_type: 'comment' }),
  },
  {
    name: 'a private entry made a comment',
    checks: ['part kind', 'private text'],
    change: (_, first) => Object.assign(partAt(first, 2), { part_type: 'comment' }),
  },
  {
    name: 'a private word hidden in the markup of a comment',
    checks: ['private text'],
    change: (_, first) => Object.assign(partAt(first, 0), { body: '<p title="privq1x0z">Looking at it.</p>' }),
  },
  {
    name: 'no record note',
    checks: ['record note'],
    change: (_, first) => partsOf(first).splice(7, 1),
  },
  {
    name: 'a record note that is a comment',
    checks: ['record note'],
    change: (_, first) => Object.assign(partAt(first, 7), { part_type: 'comment' }),
  },
  {
    name: 'a record note that is not last',
    checks: ['record note', 'unexpected part'],
    change: (_, first) => partsOf(first).splice(6, 2, partAt(first, 7), partAt(first, 6)),
  },
  {
    name: 'a change noted twice in a row',
    checks: ['unexpected part'],
    change: (_, first) =>
      partsOf(first).push(changeNote(first, 'd1', 'Other words.'), changeNote(first, 'd2', 'Other words.')),
  },
  {
    name: 'a message on an event',
    checks: ['record note', 'unexpected part'],
    change: (_, first) => Object.assign(partAt(first, 10), { body: 'We have closed your conversation.' }),
  },
  { name: 'a wrong title', checks: ['title'], change: (_, first) => Object.assign(first, { title: 'VPN drops' }) },
  { name: 'a wrong state', checks: ['state'], change: (_, first) => Object.assign(first, { state: 'open' }) },
  {
    name: 'another day to wake up',
    checks: ['state'],
    change: (_w, _f, second) => Object.assign(second, { snoozed_until: 1 }),
  },
  {
    name: 'a wrong assignee',
    checks: ['assignee'],
    change: (_, first) => Object.assign(first, { admin_assignee_id: '900' }),
  },
  {
    name: 'no assignee',
    checks: ['assignee'],
    change: (_, first) => Object.assign(first, { admin_assignee_id: null }),
  },
  {
    name: 'a changed opening',
    checks: ['opening text'],
    change: (_, first) => Object.assign(first.source, { body: first.source.body.replace('every', 'any') }),
  },
  {
    name: 'an opening by somebody else',
    checks: ['opening author'],
    change: (_, first) => Object.assign(first.source, { author: { type: 'user', id: 'c32' } }),
  },
  { name: 'another time of the conversation', checks: ['conversation time'], change: (_, first) => first.created_at-- },
  {
    name: 'another company of the conversation',
    checks: ['conversation company'],
    change: (_, first) => Object.assign(first, { company: { id: 'o1' } }),
  },
  {
    name: 'a changed attribute',
    checks: ['attribute'],
    change: (_, first) => Object.assign(first.custom_attributes, { priority: 'medium' }),
  },
  {
    name: 'a missing attribute',
    checks: ['attribute'],
    change: (_, first) => Object.assign(first.custom_attributes, { itop_closed_at: null }),
  },
  {
    name: 'an attribute for a value that iTop does not have',
    checks: ['attribute'],
    change: (_w, _f, second) => Object.assign(second.custom_attributes, { itop_resolved_at: 0 }),
  },
  {
    name: 'a missing conversation',
    checks: ['missing conversation'],
    change: (world) => world.conversations.splice(1, 1),
  },
  {
    name: 'a conversation made twice',
    checks: ['unexpected conversation'],
    change: (world, _, second) => world.conversations.push({ ...second, id: '103' }),
  },
  {
    name: 'a conversation of no ticket',
    checks: ['unexpected conversation'],
    change: (world, _, second) =>
      world.conversations.push({ ...second, id: '103', source: { ...second.source, body: 'Hello' } }),
  },
  { name: 'a missing contact', checks: ['missing contact'], change: (world) => world.contacts.splice(1, 1) },
  {
    name: 'a contact too many',
    checks: ['unexpected contact'],
    change: (world) => world.contacts.push({ ...contactAt(world, 0), id: 'c33', email: 'gone@helvetia.example' }),
  },
  {
    name: 'a contact made twice',
    checks: ['unexpected contact'],
    change: (world) => world.contacts.push({ ...contactAt(world, 0), id: 'c34' }),
  },
  {
    name: 'a contact with another source key',
    checks: ['contact'],
    change: (world) => Object.assign(contactAt(world, 0).custom_attributes, { itop_source_key: 'Contact::31' }),
  },
  {
    name: 'an invalid address that is lost',
    checks: ['contact'],
    change: (world) => Object.assign(contactAt(world, 1).custom_attributes, { itop_email: null }),
  },
  {
    name: 'a missing link to a company',
    checks: ['missing link'],
    change: (world) => Object.assign(contactAt(world, 0), { company_ids: ['o2'] }),
  },
  {
    name: 'a link too many',
    checks: ['unexpected link'],
    change: (world) => Object.assign(contactAt(world, 0), { company_ids: ['o2', 'o4', 'o1'] }),
  },
  {
    name: 'a company that nobody asked for',
    checks: ['unexpected company'],
    change: (world) => world.companies.push({ ...companyAt(world, 0), id: 'o9', company_id: 'X' }),
  },
  {
    name: 'a path of an organization that is not its own',
    checks: ['attribute'],
    change: (world) => Object.assign(companyAt(world, 2).custom_attributes, { itop_path: 'Kestrel' }),
  },
  {
    name: 'an attribute of a company that nobody asked for',
    checks: ['attribute'],
    change: (world) => Object.assign(companyAt(world, 2).custom_attributes, { plan: 'gold' }),
  },
  {
    name: 'a lost attribute of a contact',
    checks: ['attribute'],
    change: (world) => Object.assign(contactAt(world, 0).custom_attributes, { itop_function: null }),
  },
  { name: 'a missing collection', checks: ['missing collection'], change: (world) => world.collections.splice(0, 1) },
  {
    name: 'a collection made twice',
    checks: ['unexpected collection'],
    change: (world) => world.collections.push({ type: 'collection', id: 'k6', name: 'Mail', parent_id: null }),
  },
  {
    name: 'a collection in another one',
    checks: ['collection'],
    change: (world) => world.collections.splice(0, 1, { type: 'collection', id: 'k5', name: 'Mail', parent_id: 'k1' }),
  },
  { name: 'a missing article', checks: ['missing article'], change: (world) => world.articles.splice(1, 1) },
  {
    name: 'an article made twice',
    checks: ['unexpected article'],
    change: (world) => world.articles.push({ ...articleAt(world, 1), id: 'a8' }),
  },
  {
    name: 'an article that is published',
    checks: ['article'],
    change: (world) => Object.assign(articleAt(world, 0), { state: 'published' }),
  },
  {
    name: 'an article with other words',
    checks: ['article'],
    change: (world) => Object.assign(articleAt(world, 0), { body: '<p>Open the window.</p>' }),
  },
  {
    name: 'an article in no collection',
    checks: ['article'],
    change: (world) => Object.assign(articleAt(world, 0), { parent_ids: [] }),
  },
  {
    name: 'a tag that nobody asked for',
    checks: ['unexpected tag'],
    change: (_, first) => first.tags.tags.push({ name: 'Network' }),
  },
  { name: 'a missing company', checks: ['missing company'], change: (world) => world.companies.splice(0, 1) },
];

describe('the judge of a rehearsal', () => {
  it('finds nothing where Intercom is what the rules make of iTop', async () => {
    const judgement = await judgeWorld(cleanWorld());
    expect(judgement.findings).toEqual([]);
    expect(judgement.isGreen).toBe(true);
    const counts = judgement.counts.map((c) => [c.objectClass, c.expected, c.found, c.equal]);
    expect(counts).toEqual([
      ['companies', 4, 4, 4],
      ['contacts', 2, 2, 2],
      ['placeholder contacts', 1, 1, 1],
      ['contact-company links', 3, 3, 3],
      ['collections', 1, 1, 1],
      ['articles', 2, 2, 2],
      ['conversations', 2, 2, 2],
      ['tags of conversations', 0, 0, 0],
      ['parts', 10, 10, 10],
      ['comments', 5, 5, 5],
      ['notes', 5, 5, 5],
    ]);
  });

  it('says how many objects there are of kinds that it does not compare, whatever their name', async () => {
    const others = ['news_item', 'some_new_kind', 'news_item'].map((type) => ({ type, id: '1' }));
    expect((await judgeWorld(cleanWorld())).notCompared).toEqual({});
    expect((await judgeWorld({ ...cleanWorld(), others })).notCompared).toEqual({ news_item: 2, some_new_kind: 1 });
  });

  it('reads in the mapping which services are tags, which tickets move and what attributes are called', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'judge-'));
    const mappingFile = join(directory, 'mapping.yaml');
    const kept = { home: 'attribute', type: 'string' };
    const mapping = {
      scope: { since: '2024-02-01', until: null, classes: null, organizations: null, statuses: null },
      classes: {
        Service: { to: 'tag' },
        Person: { attributes: { function: { ...kept, to: 'job', values: { Buyer: { to: 'Purchaser' } } } } },
        Organization: {
          attributes: {
            name: { home: 'attribute', type: 'date', to: 'born' },
            code: { ...kept, to: 'itop_code' },
            status: { home: 'dropped' },
          },
        },
      },
    };
    await writeFile(mappingFile, stringify(mapping));
    const sentencesOf = ({ findings }: Judgement) =>
      findings.map((f) => `${f.sourceKey} ${f.check} ${f.field}: ${f.expected}, ${f.actual}`);
    try {
      const judgement = await judgeWorld(cleanWorld(), { mappingFile, scope: { since: '2024-01-01' } });
      expect(judgement.notCompared).toEqual({ 'values of companies': 4 });
      const ofWhole = sentencesOf(judgement);
      expect(ofWhole).toContain('Ticket::1 missing tag tags: Network, ');
      expect(ofWhole).toContain('Contact::30 attribute job: Purchaser, ');
      expect(ofWhole).toContain('Contact::30 attribute itop_function: , Buyer');
      expect(ofWhole).toContain('Organization::1 attribute itop_organization_status: , active');
      expect(sentencesOf(await judgeWorld(cleanWorld(), { mappingFile }))).toContain(
        'Ticket::1 unexpected conversation conversation: no such conversation, the scope leaves the ticket out',
      );
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('takes notes of deltas for what they are, also where a text changes back and again', async () => {
    const world = cleanWorld();
    const [first] = world.conversations;
    if (first === undefined) throw new Error('The clean world has two conversations');
    for (const [place, text] of ['One.', 'Two.', 'One.'].entries())
      partsOf(first).push(changeNote(first, `d${place}`, text));
    expect((await judgeWorld(world)).findings).toEqual([]);
  });

  it('reads tickets of a class that a site made below UserRequest as those of UserRequest', async () => {
    const below = JSON.stringify(cleanWorld()).replaceAll('UserRequest', 'AcmeRequest');
    const judgement = await judgeWorld(JSON.parse(below) as JudgedWorld);
    expect(judgement.findings).toEqual([]);
    expect(judgement.counts.find((count) => count.objectClass === 'conversations')?.equal).toBe(2);
  });

  it.each(MUTATIONS)('finds $name and nothing else', async ({ change, checks }) => {
    const world = cleanWorld();
    const [first, second] = world.conversations;
    if (first === undefined || second === undefined) throw new Error('The clean world has two conversations');
    change(world, first, second);
    const judgement = await judgeWorld(world);
    expect([...new Set(judgement.findings.map((finding) => finding.check))].sort()).toEqual([...checks].sort());
    expect(judgement.isGreen).toBe(false);
    const isUneven = judgement.counts.some((count) => count.expected !== count.equal || count.found !== count.expected);
    expect(isUneven).toBe(true);
  });

  it('is red when a customer would have been notified, though everything else is right', async () => {
    const world = cleanWorld();
    world.notifications.push({ kind: 'email', contact_id: 'c30' });
    const judgement = await judgeWorld(world);
    expect(judgement.findings).toEqual([]);
    expect(judgement.ledger.customerNotifications).toBe(1);
    expect(judgement.isGreen).toBe(false);
  });

  it('keeps fifty findings of a check and counts all', async () => {
    const world = cleanWorld();
    for (let id = 0; id < 60; id++) world.contacts.push({ ...contactAt(world, 0), id: `x${id}` });
    const judgement = await judgeWorld(world);
    expect(judgement.findings).toHaveLength(50);
    expect(judgement.findingTotal).toBe(60);
  });
});
