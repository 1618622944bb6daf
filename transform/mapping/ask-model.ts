import { request } from 'undici';
import { z } from 'zod';
import { messageOf } from '../../platform/errors.ts';
import type { ClassProfile } from './class-profile.ts';
import { type AttributeEntry, dataTypes, type Mapping } from './mapping-schema.ts';

/** A language model behind an OpenAI-compatible endpoint. */
export interface ModelSettings {
  /** Address up to and including the version, e.g. http://localhost:11434/v1 */
  readonly url: string;
  readonly name: string;
  readonly key?: string | undefined;
  readonly timeout_ms: number;
}

export interface Improvement {
  readonly mapping: Mapping;
  /** What came of the question, in words for a person. */
  readonly note: string;
}

/** Most attributes in one question: an answer of that size fits every model. */
const mostAsked = 200;
/** Longest answer that is read, in bytes. */
const longestAnswer = 1_000_000;

const completionSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
});

const adviceSchema = z.object({
  attributes: z.array(
    z.object({
      class: z.string(),
      attribute: z.string(),
      home: z.enum(['attribute', 'record_note', 'handoff', 'dropped']),
      to: z
        .string()
        .regex(/^[a-z][a-z0-9_]{0,60}$/)
        .optional(),
      type: z.enum(dataTypes).optional(),
      reason: z.string().min(1).max(300),
    }),
  ),
});
type Advice = z.infer<typeof adviceSchema>['attributes'][number];

/**
 * Asks a model about the attributes of the site's own classes, and those of standard classes that only this site has: one call.
 *
 * It is shown names, types and masked examples, never a value. It only proposes: an answer that is late, not understood or out of
 * place changes nothing, and whatever it says is at most likely.
 */
export async function improveByModel(
  proposal: Mapping,
  profiles: readonly ClassProfile[],
  settings: ModelSettings,
): Promise<Improvement> {
  const asked = questionsOf(proposal, profiles);
  if (asked.length === 0) return { mapping: proposal, note: 'The model was not asked: nothing is uncertain.' };
  try {
    const advice = await ask(asked, settings);
    return takeAdvice(proposal, asked, advice);
  } catch (error) {
    return {
      mapping: proposal,
      note: `The model gave no usable answer (${messageOf(error)}); the proposal is the tool’s own.`,
    };
  }
}

interface Question {
  readonly class: string;
  readonly attribute: string;
  readonly destination: string;
  readonly kind: string;
  readonly filledShare: number;
  readonly longest: number;
  readonly examples: readonly string[];
  readonly proposed: string;
}

/** Everything that is not certain, except what must not be undone: secrets, files and copies stay as they are. */
function questionsOf(proposal: Mapping, profiles: readonly ClassProfile[]): Question[] {
  return profiles
    .flatMap((profile) => {
      const entry = proposal.classes[profile.class];
      return profile.attributes.flatMap((of): Question[] => {
        const attribute = entry?.attributes?.[of.attribute];
        if (entry === undefined || attribute === undefined || attribute.confidence === 'certain') return [];
        if (attribute.home === 'dropped' || attribute.home === 'field' || attribute.home === 'part') return [];
        return [
          {
            class: profile.class,
            attribute: of.attribute,
            destination: entry.to,
            kind: of.isHtml ? 'html' : of.kind,
            filledShare: profile.objects === 0 ? 0 : Math.round((of.filled / profile.objects) * 100) / 100,
            longest: of.longest,
            examples: of.examples,
            proposed: attribute.home,
          },
        ];
      });
    })
    .slice(0, mostAsked);
}

const instruction = `You help to move records from iTop (ITSM) to Intercom. For each attribute below say where its value should go:
"attribute" (custom attribute, short values people filter by), "record_note" (internal note; only where destination is conversation),
"handoff" (delivered as a file), "dropped" (worthless). Answer with JSON only:
{"attributes":[{"class":"...","attribute":"...","home":"...","to":"snake_case_name","type":"string|integer|float|boolean|datetime","reason":"one short sentence"}]}
Leave out attributes whose proposed home you agree with. Examples are masked: a stands for a letter, 9 for a digit.`;

async function ask(asked: readonly Question[], settings: ModelSettings): Promise<Advice[]> {
  const signal = AbortSignal.timeout(settings.timeout_ms);
  const answer = await request(`${settings.url.replace(/\/$/, '')}/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(settings.key === undefined ? {} : { authorization: `Bearer ${settings.key}` }),
    },
    body: JSON.stringify({
      model: settings.name,
      temperature: 0,
      response_format: { type: 'json_object' },
      messages: [
        { role: 'system', content: instruction },
        { role: 'user', content: JSON.stringify({ attributes: asked }) },
      ],
    }),
    signal,
  });
  const text = await readBounded(answer.body);
  if (answer.statusCode !== 200) throw new Error(`it answered ${answer.statusCode}`);
  const completion = completionSchema.safeParse(parseJson(text));
  if (!completion.success) throw new Error('its answer is not a chat completion');
  const content = completion.data.choices[0]?.message.content ?? '';
  const advice = adviceSchema.safeParse(parseJson(content.replace(/^\s*```(?:json)?|```\s*$/g, '')));
  if (!advice.success) throw new Error('its advice is not of the form asked for');
  return advice.data.attributes;
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > longestAnswer) throw new Error('its answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('its answer is not JSON');
  }
}

/** Takes only what was asked about and fits; a name that is taken already falls back to the proposed one. */
function takeAdvice(proposal: Mapping, asked: readonly Question[], advice: readonly Advice[]): Improvement {
  const mapping = structuredClone(proposal);
  const open = new Set(asked.map((question) => `${question.class}.${question.attribute}`));
  let taken = 0;
  for (const { class: name, attribute, home, to, type, reason } of advice) {
    const entry = mapping.classes[name];
    const present = entry?.attributes?.[attribute];
    if (entry?.attributes === undefined || present === undefined || !open.delete(`${name}.${attribute}`)) continue;
    if (home === 'record_note' && entry.to !== 'conversation') continue;
    const isFree =
      to !== undefined && !Object.values(entry.attributes).some((other) => other !== present && other.to === to);
    const next: AttributeEntry = {
      home,
      ...(home === 'attribute'
        ? { to: isFree ? to : (present.to ?? attribute), type: present.type ?? type ?? 'string' }
        : {}),
      ...(home === 'record_note' ? { label: present.label ?? attribute.replaceAll('_', ' ') } : {}),
      ...(present.position === undefined ? {} : { position: present.position }),
      rule: present.rule,
      confidence: 'likely',
      reason: `a model’s advice: ${reason.replace(/\s+/g, ' ')}`,
      ...(present.values === undefined || home === 'handoff' || home === 'dropped' ? {} : { values: present.values }),
    };
    entry.attributes[attribute] = next;
    taken += 1;
  }
  return {
    mapping,
    note: `The model was asked about ${asked.length} attributes; ${taken} of its ${advice.length} answers changed the proposal.`,
  };
}
