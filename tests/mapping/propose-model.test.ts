import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { improveByModel } from '../../transform/mapping/ask-model.ts';
import type { ClassProfile } from '../../transform/mapping/class-profile.ts';
import type { Mapping } from '../../transform/mapping/mapping-schema.ts';
import { proposeMapping } from '../../transform/mapping/propose-mapping.ts';

const profile: ClassProfile = {
  class: 'BadgeReader',
  rootClass: 'BadgeReader',
  ancestors: [],
  isStandard: false,
  objects: 10,
  attributes: [
    { attribute: 'floor', filled: 10, distinct: 3, longest: 2, kind: 'integer', isHtml: false, examples: ['9'] },
    {
      attribute: 'owner_email',
      filled: 4,
      distinct: 4,
      longest: 30,
      kind: 'text',
      isHtml: false,
      examples: ['aaa@aaaa.aaa'],
    },
    { attribute: 'remark', filled: 4, distinct: 4, longest: 30, kind: 'text', isHtml: false, examples: ['Aaaa 9'] },
    { attribute: 'secret', filled: 4, distinct: 4, longest: 30, kind: 'text', isHtml: false, examples: ['aaa'] },
    {
      attribute: 'status',
      filled: 10,
      distinct: 2,
      longest: 10,
      kind: 'code',
      isHtml: false,
      examples: ['aa_aaa'],
      values: { in_use: 7, stolen_by_bob: 3 },
    },
  ],
};
const proposal: Mapping = proposeMapping(
  [profile],
  { classes: new Map(), attributes: new Map(), isConfirmed: false },
  { residency: 'us', snoozeUntil: null, snoozeSpreadDays: 0, customObjects: new Set([profile.class]) },
);

let server: Server;
let received: string[];
let respond: (answer: { status: number; body: string } | 'never' | 'hang up') => void;
let behaviour: { status: number; body: string } | 'never' | 'hang up';

beforeEach(async () => {
  received = [];
  respond = (answer) => {
    behaviour = answer;
  };
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    request.on('end', () => {
      received.push(`${request.method} ${request.url} ${text}`);
      if (behaviour === 'hang up') request.socket.destroy();
      else if (behaviour !== 'never')
        response.writeHead(behaviour.status, { 'content-type': 'application/json' }).end(behaviour.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const improve = (timeout = 5_000) =>
  improveByModel(proposal, [profile], {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    name: 'small',
    timeout_ms: timeout,
  });
const completion = (content: string) => ({
  status: 200,
  body: JSON.stringify({ choices: [{ message: { content } }] }),
});
const advice = (...attributes: object[]) => completion(JSON.stringify({ attributes }));

describe('a language model', () => {
  it('improves the proposal for what is the site’s own', async () => {
    respond(
      advice(
        { class: 'BadgeReader', attribute: 'remark', home: 'handoff', reason: 'free text' },
        { class: 'BadgeReader', attribute: 'floor', home: 'attribute', to: 'building_floor', reason: 'clearer' },
      ),
    );
    const { mapping, note } = await improve();
    expect(mapping.classes.BadgeReader?.attributes?.remark).toMatchObject({
      home: 'handoff',
      confidence: 'likely',
      reason: 'a model’s advice: free text',
    });
    expect(mapping.classes.BadgeReader?.attributes?.floor).toMatchObject({
      home: 'attribute',
      to: 'building_floor',
      type: 'integer',
    });
    expect(note).toContain('2 of its 2 answers');
    expect(received).toHaveLength(1);
    expect(received[0]).toMatch(/^POST \/v1\/chat\/completions /);
  });

  it('sees names, types and masked examples only', async () => {
    respond(advice());
    await improve();
    expect(received[0]).toContain('aa_aaa');
    expect(received[0]).not.toContain('stolen_by_bob');
    expect(received[0]).not.toContain('"secret"');
  });

  it('cannot touch what it was not asked about, nor use a name twice, nor a home that is not there', async () => {
    respond(
      advice(
        { class: 'BadgeReader', attribute: 'secret', home: 'attribute', to: 'secret', reason: 'useful' },
        { class: 'Person', attribute: 'email', home: 'dropped', reason: 'no' },
        { class: 'BadgeReader', attribute: 'remark', home: 'record_note', reason: 'no' },
        { class: 'BadgeReader', attribute: 'floor', home: 'attribute', to: 'remark', reason: 'no' },
      ),
    );
    const { mapping } = await improve();
    const attributes = mapping.classes.BadgeReader?.attributes;
    expect(attributes?.secret).toEqual(proposal.classes.BadgeReader?.attributes?.secret);
    expect(attributes?.remark).toEqual(proposal.classes.BadgeReader?.attributes?.remark);
    expect(attributes?.floor?.to).toBe('floor');
    expect(Object.keys(mapping.classes)).toEqual(['BadgeReader']);
  });

  it.each([
    ['nonsense', completion('I would be delighted to help!'), /not JSON/],
    [
      'JSON of another form',
      completion('{"attributes":[{"class":"BadgeReader","attribute":"floor","home":"cellar","reason":"x"}]}'),
      /not of the form/,
    ],
    ['something that is no completion', { status: 200, body: '[]' }, /not a chat completion/],
    ['an error', { status: 500, body: 'oops' }, /answered 500/],
    ['without end', completion('x'.repeat(2_000_000)), /too long/],
    ['never', 'never' as const, /timeout|abort/i],
    ['by hanging up', 'hang up' as const, /socket|closed|ECONNRESET/i],
  ])('changes nothing when it answers %s', async (_name, answer, reason) => {
    respond(answer);
    const { mapping, note } = await improve(answer === 'never' ? 100 : 5_000);
    expect(mapping).toEqual(proposal);
    expect(note).toMatch(reason);
  });

  it('changes nothing when nobody is there', async () => {
    const { mapping, note } = await improveByModel(proposal, [profile], {
      url: 'http://127.0.0.1:9/v1',
      name: 'small',
      timeout_ms: 2_000,
    });
    expect(mapping).toEqual(proposal);
    expect(note).toContain('no usable answer');
  });
});
