import type { AttributeProfile, ClassProfile, ValueKind } from './class-profile.ts';
import type { AttributeEntry, Confidence, DataType, Destination, Home, ValueEntry } from './mapping-schema.ts';
import { fitsType } from './value-type.ts';

/** Words that name persons: their `xxx_name` is a last name only, so the friendly name is the one to keep. */
const personWords =
  /(^|_)(caller|agent|approver|manager|requestor|supervisor|owner|contact|person|user|author|employee|assignee|reporter)$/;
const secretWords =
  /(^|_)(password|passwd|pwd|secret|token|pin|passphrase|passcode|api_?key|private_?key|credential|unlock_?code)s?($|_)/;

/** Longest text a custom attribute is known to hold. */
const longestAttribute = 255;

const ownFields: Readonly<Partial<Record<Destination, Readonly<Record<string, readonly [string, string, string]>>>>> = {
  conversation: {
    title: ['title', 'K2', 'the title of the conversation'],
    org_id: ['company', 'K9', 'the company of the conversation'],
    caller_id: ['from', 'T1', 'the contact that opens the conversation'],
    agent_id: ['assignee', 'K3', 'the teammate it is assigned to'],
    team_id: ['team', 'K3', 'the team it is assigned to'],
    intercom_ref: ['existing_conversation', 'K11', 'the conversation in Intercom that the ticket is already'],
    finalclass: ['marker', 'T9', 'part of the marker'],
    id: ['marker', 'T9', 'part of the marker'],
  },
  contact: {
    email: ['email', 'P1', 'key of the contact'],
    phone: ['phone', 'P1', 'phone of the contact'],
    friendlyname: ['name', 'P1', 'name of the contact'],
    org_id: ['company', 'P1', 'company of the contact'],
  },
  company: {
    name: ['name', 'C1', 'name of the company'],
    parent_id: ['hierarchy', 'C2', 'parent, path and level as attributes'],
  },
  custom_object: {
    id: ['external_id', 'F3', 'key of the object'],
    finalclass: ['type', 'F3', 'tells the type of the object'],
  },
  article: {
    title: ['title', 'F1', 'title of the article'],
    description: ['body', 'F1', 'body of the article'],
    summary: ['description', 'F1', 'description of the article'],
    category_id: ['collection', 'F1', 'collection of the article'],
  },
  collection: {
    name: ['name', 'F1', 'name of the collection'],
    description: ['description', 'F1', 'description of the collection'],
  },
};

const threadParts: Readonly<Record<string, readonly [string, string]>> = {
  description: ['opening', 'T1'],
  public_log: ['comment', 'T2'],
  private_log: ['note', 'T2'],
  solution: ['comment', 'T2'],
  pending_reason: ['note', 'T2'],
  user_comment: ['note', 'T2'],
};

/** Custom attributes of a conversation by default; each one written costs an event, so the list is short. */
const conversationAttributes: Readonly<Record<string, readonly [string, DataType, string]>> = {
  ref: ['itop_ref', 'string', 'K1'],
  status: ['itop_status', 'string', 'K3'],
  start_date: ['itop_created_at', 'datetime', 'K1'],
  resolution_date: ['itop_resolved_at', 'datetime', 'K1'],
  close_date: ['itop_closed_at', 'datetime', 'K1'],
  service_name: ['service_name', 'string', 'K1'],
  priority: ['priority', 'string', 'K1'],
  parent_request_ref: ['itop_parent', 'string', 'K7'],
  parent_incident_ref: ['itop_parent', 'string', 'K7'],
  parent_problem_ref: ['itop_parent', 'string', 'K7'],
  parent_change_ref: ['itop_parent', 'string', 'K7'],
  caller_id_friendlyname: ['itop_caller', 'string', 'P1'],
};

const onlyWhen: Readonly<Record<string, readonly string[]>> = {
  resolution_code: ['resolved', 'closed'],
  user_satisfaction: ['closed'],
};

/** The home of one attribute of a class that moves (rule K1), from its name, its data and its neighbours alone. */
export function proposeAttribute(
  of: AttributeProfile,
  owner: ClassProfile,
  to: Destination,
  position: number,
): AttributeEntry {
  const { attribute } = of;
  const dropped = (reason: string, confidence: Confidence = 'certain'): AttributeEntry =>
    place('dropped', 'K1', confidence, reason);
  const sibling = (name: string): AttributeProfile | undefined =>
    owner.attributes.find((other) => other.attribute === name);

  const own = ownFields[to]?.[attribute];
  if (own !== undefined) return { home: 'field', to: own[0], rule: own[1], confidence: 'certain', reason: own[2] };
  if (attribute === 'id')
    return { home: 'field', to: 'source_key', rule: 'P2', confidence: 'certain', reason: 'key of the object' };
  const part = to === 'conversation' ? threadParts[attribute] : undefined;
  if (part !== undefined)
    return {
      home: 'part',
      to: part[0],
      rule: part[1],
      confidence: 'certain',
      reason: 'a message or note of the thread',
    };

  if (/^(obsolescence|archive)_(flag|date)$|_(obsolescence|archive)_flag$/.test(attribute))
    return dropped('iTop’s own housekeeping');
  if (attribute.endsWith('_finalclass_recall')) return dropped('class of another object');
  if (attribute === 'finalclass') return dropped('the class is known from the type');
  if (of.kind === 'list' || attribute.endsWith('_list'))
    return dropped('a set of links: their own classes are read instead');
  if (of.kind === 'secret' || secretWords.test(attribute))
    return dropped('a secret: never moved', of.kind === 'secret' ? 'certain' : 'likely');
  if (of.kind === 'log') return place('handoff', 'F3', 'certain', 'a log outside a conversation: delivered as text');
  if (of.kind === 'blob') return place('handoff', 'A2', 'certain', 'a file: delivered as a file');
  if (attribute === 'friendlyname') return dropped('made by iTop from other fields');
  if (to === 'contact' && ['name', 'first_name'].includes(attribute))
    return dropped('the friendly name holds the whole name');
  if (to === 'contact' && ['org_name', 'notify'].includes(attribute))
    return dropped(attribute === 'notify' ? 'a setting of iTop’s own mails' : 'already stated by the company');
  if (to === 'company' && attribute === 'parent_name') return dropped('already stated by the hierarchy');
  if (to === 'article' && attribute === 'category_name') return dropped('already stated by the collection');

  const copy = copyOf(of, owner);
  if (copy !== undefined) return dropped(copy);
  const foreign = /^(.*)_id$/.exec(attribute);
  if (
    foreign !== null &&
    [`${attribute}_friendlyname`, `${foreign[1]}_name`, `${foreign[1]}_ref`].some((name) => sibling(name) !== undefined)
  ) {
    return dropped('an id of iTop: the name beside it is kept');
  }
  if (to === 'conversation') return ofConversation(of, position);
  if (to === 'article' || to === 'collection')
    return place('handoff', 'F1', 'likely', 'no field of an article: delivered with the review list');
  return ofObject(of, to);
}

/** Why an attribute only repeats a neighbour; undefined where it does not. */
function copyOf({ attribute, equalsCopy }: AttributeProfile, owner: ClassProfile): string | undefined {
  const names = new Set(owner.attributes.map((other) => other.attribute));
  const friendly = /^(.*)_id_friendlyname$/.exec(attribute)?.[1];
  if (friendly !== undefined) {
    const hasCopy =
      names.has(`${friendly}_name`) ||
      names.has(`${friendly}_ref`) ||
      (friendly === 'org' && names.has('organization_name'));
    if (!hasCopy) return undefined;
    const isWhole = equalsCopy ?? !personWords.test(friendly);
    return isWhole ? 'the same as the name beside it' : undefined;
  }
  const base = /^(.*)_name$/.exec(attribute)?.[1];
  if (base !== undefined && names.has(`${base}_id_friendlyname`)) {
    const equal = owner.attributes.find((other) => other.attribute === `${base}_id_friendlyname`)?.equalsCopy ?? null;
    return (equal ?? !personWords.test(base)) ? undefined : 'last name only; the full name is kept';
  }
  const mail = /^(.*)_email$/.exec(attribute)?.[1];
  return mail !== undefined && names.has(`${mail}_id`) ? 'a field of another object' : undefined;
}

function ofConversation(of: AttributeProfile, position: number): AttributeEntry {
  const { attribute } = of;
  const known = conversationAttributes[attribute];
  const values = valuesOf(of, attribute === 'status');
  if (known !== undefined) {
    const [name, type, rule] = known;
    return {
      home: 'attribute',
      to: name,
      type,
      position,
      ...(name === 'itop_parent' ? { shared: true } : {}),
      rule,
      confidence: 'certain',
      reason: 'one of the attributes every conversation gets',
      ...values,
    };
  }
  const when = onlyWhen[attribute];
  const isStandard =
    /^(sla|tto|ttr|cumulatedpending|escalation|time_spent|origin|impact|urgency|resolution|user_|operational|.*_date$|.*_name$|.*friendlyname$)/.test(
      attribute,
    );
  return {
    home: 'record_note',
    label: of.label ?? labelOf(attribute),
    position,
    ...(when === undefined ? {} : { only_when: [...when] }),
    rule: when === undefined ? 'T6' : 'K4',
    confidence: isStandard ? 'certain' : 'likely',
    reason:
      when === undefined
        ? 'kept in the record note; as an attribute it would cost an event in every conversation'
        : 'iTop holds a default before',
    ...values,
  };
}

function ofObject(of: AttributeProfile, to: Destination): AttributeEntry {
  const { attribute } = of;
  const rule = to === 'contact' ? 'P1' : to === 'company' ? 'C2' : 'F3';
  if (of.isHtml && !/^(description|fallback|reason)$/.test(attribute))
    return place('handoff', rule, 'likely', 'formatted text: delivered as a file');
  const isLong = of.kind === 'text' && of.longest > longestAttribute;
  if (isLong && to !== 'custom_object')
    return place('handoff', rule, 'likely', `texts of up to ${of.longest} characters: too long for an attribute`);
  const { values } = valuesOf(of, false);
  const own = typeOf(of.kind, to);
  // What iTop counts in levels is read in words.
  const type = Object.values(values ?? {}).every((word) => fitsType(word.to, own)) ? own : 'string';
  return {
    home: 'attribute',
    to:
      to === 'custom_object' ? attribute.replace(/_id_friendlyname$|_friendlyname$/, '') : targetNameOf(attribute, to),
    type,
    rule,
    confidence: of.kind === 'empty' || isLong ? 'guess' : 'likely',
    reason:
      of.kind === 'empty'
        ? 'never filled: leave it out unless it will be'
        : isLong
          ? `cut at ${longestAttribute} characters`
          : `holds ${wordOf[type === own ? of.kind : 'code']}`,
    ...(values === undefined ? {} : { values }),
  };
}

const wordOf: Readonly<Record<ValueKind, string>> = {
  empty: 'nothing',
  log: 'a log',
  blob: 'files',
  list: 'links',
  secret: 'secrets',
  boolean: 'yes or no',
  integer: 'whole numbers',
  float: 'numbers',
  date: 'days',
  datetime: 'times',
  code: 'a choice from a list',
  text: 'text',
};

/**
 * A day stays text: as a time it would move with the reader's zone. Numbers with a leading zero never get here as integers. Numbers of a
 * company are text: Intercom describes the values of its attributes so.
 */
function typeOf(kind: ValueKind, to: Destination): DataType {
  if (to === 'company' && (kind === 'integer' || kind === 'float')) return 'string';
  return kind === 'boolean' || kind === 'integer' || kind === 'float' || kind === 'datetime' ? kind : 'string';
}

/** The name of a custom attribute on contacts and companies: one name space, so the company's say so where they would clash. */
function targetNameOf(attribute: string, to: Destination): string {
  const plain = attribute.replace(/_id_friendlyname$|_name$/, '');
  const own = plain.startsWith('itop_') ? plain : `itop_${plain}`;
  return to === 'company' && ['itop_status', 'itop_function'].includes(own) ? `itop_organization_${plain}` : own;
}

function valuesOf(of: AttributeProfile, isState: boolean): { values?: Record<string, ValueEntry> } {
  if (of.values === undefined) return {};
  return {
    values: Object.fromEntries(
      Object.keys(of.values).map((value) => [
        value,
        proposeValue(of.attribute, value, isState, of.valueLabels?.[value]),
      ]),
    ),
  };
}

const levels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  priority: { 1: 'critical', 2: 'high', 3: 'medium', 4: 'low' },
  urgency: { 1: 'critical', 2: 'high', 3: 'medium', 4: 'low' },
  impact: { 1: 'a department', 2: 'a service', 3: 'a person' },
  user_satisfaction: { 1: 'very satisfied', 2: 'fairly satisfied', 3: 'rather dissatisfied', 4: 'very dissatisfied' },
};

/** What one value of an enumeration becomes: iTop's own meaning, the label of the data model file, else its code. */
export function proposeValue(attribute: string, value: string, isState: boolean, label?: string): ValueEntry {
  const level = levels[attribute]?.[value];
  if (isState) {
    const isClosed = /^(closed|resolved|rejected|cancelled|canceled|done|finished)$/.test(value);
    const isPending = /^(pending|on_?hold|waiting|suspended)$/.test(value);
    const isKnown =
      isClosed || isPending || /^(new|assigned|approved|waiting_for_approval|escalated_tt[or])$/.test(value);
    return {
      to: value,
      state: isClosed ? 'closed' : isPending ? 'snoozed' : 'open',
      confidence: isKnown ? 'certain' : 'guess',
      ...(isKnown ? {} : { reason: 'a status of this site’s own: open unless you know better' }),
    };
  }
  return { to: level ?? label ?? value, confidence: level === undefined ? 'likely' : 'certain' };
}

/** `servicesubcategory_name` as a person reads it: "Servicesubcategory". */
export function labelOf(attribute: string): string {
  const words = attribute
    .replace(/_id_friendlyname$|_name$/, '')
    .replaceAll('_', ' ')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function place(home: Home, rule: string, confidence: Confidence, reason: string): AttributeEntry {
  return { home, rule, confidence, reason };
}
