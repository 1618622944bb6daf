import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Call, journalBody } from '../../intercom/call.ts';
import { errorOfAnswer } from '../../intercom/error-of-answer.ts';
import {
  Conflict,
  type IntercomError,
  NotFound,
  RateLimited,
  Rejected,
  ServerFailed,
  TokenRefused,
  UncertainOutcome,
} from '../../intercom/errors.ts';
import { everyCall } from '../support/every-call.ts';
import { hasDescription, readDescription } from '../support/openapi.ts';

const sources = join(import.meta.dirname, '../../intercom');

/** The functions of intercom/ that build calls, by what their source says. */
function builders(): string[] {
  return readdirSync(sources)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(sources, name), 'utf8');
      return [...text.matchAll(/^export function (\w+)(?:<[^>]*>)?\([\s\S]*?\): ([^{;]*)/gm)]
        .filter(([, , answer]) => /^Call</.test(answer ?? ''))
        .map(([, builder]) => `${name.slice(0, -3)}.${builder}`);
    });
}

const calls = Object.entries(everyCall).flatMap(([builder, built]) => built.map((call) => ({ builder, call })));

/**
 * Where the description's words or examples say more than its parameters and schemas do: lists are paged ("Pagination" and the
 * `pages` of their answers); attributes of companies have numbers and truth values in the example of their own schema.
 */
const wordsSayMore = [
  /^(ListContacts|listCompaniesForAContact|ListAttachedContacts|listArticles|listAllCollections) has no parameter (page|per_page|starting_after)$/,
  /^(createOrUpdateCompany|UpdateCompany) request \/custom_attributes\/\w+ must be string$/,
];

it('every function that builds a call is tried', () => {
  expect(Object.keys(everyCall).sort(), 'an example of each, in tests/support/every-call.ts').toEqual(
    builders().sort(),
  );
});

describe.skipIf(!hasDescription)("the product's readers against the examples of Intercom's API description", () => {
  const description = hasDescription ? readDescription() : undefined;
  const answers = calls.flatMap(({ builder, call }) =>
    (description?.answersOf(call.operation) ?? []).map((answer) => ({ builder, call, answer })),
  );

  it.each(
    answers
      .filter(({ answer }) => answer.status < 300)
      .map((one) => [`${one.builder} ${one.answer.name}`, one] as const),
  )('%s is read', (_name, { call, answer }) => {
    expect(() => call.read(answer.body)).not.toThrow();
  });

  it.each(
    answers
      .filter(({ answer }) => answer.status >= 300)
      .map((one) => [`${one.builder} ${one.answer.status} ${one.answer.name}`, one] as const),
  )('%s is an error with its code and words', (_name, { call, answer }) => {
    const error = errorOfAnswer(call, { ...answer, retryAfter: undefined, sentAtMs: 0 });
    expect(error).toBeInstanceOf(classOf(call, answer.status));
    const { errors } = answer.body as { errors: { code: string; message?: string }[] };
    expect(error.failure.code).toBe(errors[0]?.code);
    expect(error.failure.detail).toContain(errors[0]?.message ?? '');
  });

  it('the judge of requests is no rubber stamp', () => {
    const call = { operation: 'CreateContact', method: 'POST', path: '/contacts', body: { email: 7 } };
    expect(description?.faultsOfRequest(call)).toEqual(['CreateContact request /email must be string']);
    expect(description?.faultsOfRequest({ ...call, path: '/contact' })).toEqual([
      'CreateContact POST /contact is nothing in the description',
    ]);
    expect(description?.faultsOfRequest({ ...call, path: '/contacts?dry=1', body: undefined })).toEqual([
      'CreateContact has no parameter dry',
    ]);
  });

  it('every answer of every operation in use was read', () => {
    const operations = new Set(calls.map(({ call }) => call.operation));
    const shown = [...operations].flatMap((operation) => description?.answersOf(operation) ?? []);
    const read = new Set(answers.map(({ answer }) => `${answer.operationId} ${answer.status} ${answer.name}`));
    expect(read.size).toBe(new Set(shown.map((one) => `${one.operationId} ${one.status} ${one.name}`)).size);
    console.info(
      `${operations.size} operations, ${read.size} examples, ${answers.length} readings, ${calls.length} requests`,
    );
  });

  it.each(calls.map(({ builder, call }, index) => [`${builder} ${index}`, call] as const))(
    'the request of %s fits the description',
    (_name, call) => {
      const body = call.files === undefined || call.files.length === 0 ? call.body : withFiles(call);
      const faults = description?.faultsOfRequest({ ...call, ...(body === undefined ? {} : { body }) });
      expect(faults?.filter((fault) => !wordsSayMore.some((words) => words.test(fault)))).toEqual([]);
    },
  );
});

function withFiles(call: Call<unknown>): unknown {
  const files = (call.files ?? []).map(({ name, contentType }) => ({ content_type: contentType, name, data: 'YWJj' }));
  return { ...(journalBody(call) as object), attachment_files: files };
}

function classOf(call: Call<unknown>, status: number): abstract new (...args: never[]) => IntercomError {
  if (status === 401) return TokenRefused;
  if (status === 404 || status === 410) return NotFound;
  if (status === 409) return Conflict;
  if (status === 429) return RateLimited;
  if (status >= 500) return call.effect === 'once' ? UncertainOutcome : ServerFailed;
  if (status === 403) return TokenRefused;
  return Rejected;
}

describe('objects of somebody else', () => {
  const conversation = {
    id: 5,
    created_at: 1_700_000_000,
    state: 'open',
    company: {},
    contacts: { contacts: [{ type: 'contact' }] },
    source: { body: null, author: { type: 'user' } },
    custom_attributes: null,
    conversation_parts: {
      conversation_parts: [
        { id: 1, part_type: 'channel_and_reply_time_expectation', created_at: 1_700_000_001 },
        { id: 2, part_type: 'never_heard_of', created_at: 1_700_000_002, author: { type: 'bot' }, notified_at: 'soon' },
      ],
    },
  };

  it('are read as far as they go', () => {
    const facts = everyCall['conversations.retrieveConversation']?.[0]?.read(conversation);
    expect(facts).toMatchObject({
      companyId: null,
      contactIds: [],
      sourceAuthorId: null,
      partCount: 2,
      parts: [
        { authorType: 'nobody', authorId: '', body: null },
        { authorType: 'bot', authorId: '', notifiedAt: null },
      ],
    });
    expect(everyCall['silence-facts.retrieveSilence']?.[0]?.read(conversation)).toMatchObject({
      parts: [{ authorName: 'nobody' }, { authorName: 'nobody' }],
    });
    const list = { conversations: [conversation], pages: { next: null } };
    for (const builder of ['workspace-lists.listConversations', 'conversation-search.searchConversations'])
      expect(() => everyCall[builder]?.[0]?.read(list)).not.toThrow();
    expect(everyCall['contacts.showContact']?.[0]?.read({ id: 'a', phone: 5 })).toMatchObject({ id: 'a', phone: null });
  });

  it('without what the load goes by are refused', () => {
    expect(() => everyCall['conversations.retrieveConversation']?.[0]?.read({ ...conversation, id: null })).toThrow();
    expect(() => everyCall['conversations.createConversation']?.[0]?.read({ created_at: 1, body: '' })).toThrow();
    expect(() => everyCall['contacts.createContact']?.[0]?.read({ email: 'a@b.example' })).toThrow();
  });

  it('a list that ignores the number of its page is noticed', () => {
    const page = { data: [], pages: { page: 2, total_pages: 9 } };
    expect(() => everyCall['help-center.listArticles']?.[0]?.read(page)).toThrow('page 1 was asked for, page 2');
  });
});
