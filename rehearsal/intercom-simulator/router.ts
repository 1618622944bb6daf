import { adminOperations } from './admins.ts';
import type { Operation } from './call.ts';
import { companyOperations } from './companies.ts';
import { contactCompanyOperations } from './contact-companies.ts';
import { contactOperations } from './contacts.ts';
import { conversationAttributeOperations } from './conversation-attributes.ts';
import { conversationContactOperations } from './conversation-contacts.ts';
import { conversationPartOperations } from './conversation-parts.ts';
import { conversationReplyOperations } from './conversation-reply.ts';
import { conversationSearchOperations } from './conversation-search.ts';
import { conversationOperations } from './conversations.ts';
import { customObjectOperations } from './custom-objects.ts';
import { dataAttributeOperations } from './data-attributes.ts';
import { departureOperations } from './departures.ts';
import { helpCenterOperations } from './help-center.ts';
import { tagOperations } from './tags.ts';

/** Every operation that the simulator knows. */
export const operations: readonly Operation[] = [
  ...adminOperations,
  ...dataAttributeOperations,
  ...conversationAttributeOperations,
  ...companyOperations,
  ...contactOperations,
  ...contactCompanyOperations,
  ...conversationSearchOperations,
  ...conversationOperations,
  ...conversationReplyOperations,
  ...conversationPartOperations,
  ...conversationContactOperations,
  ...tagOperations,
  ...customObjectOperations,
  ...helpCenterOperations,
  ...departureOperations,
];

export interface Route {
  readonly operation: Operation;
  readonly parameters: Readonly<Record<string, string>>;
}

const routes = operations.map((operation) => ({ operation, segments: operation.path.split('/') }));
// A fixed segment goes before a parameter: /conversations/deleted is no conversation.
routes.sort((a, b) => countParameters(a.segments) - countParameters(b.segments));

/** The operation of a method and path; undefined when there is none. */
export function findRoute(method: string, path: string): Route | undefined {
  const given = path.split('/').map(decoded);
  for (const { operation, segments } of routes) {
    if (operation.method !== method || segments.length !== given.length) continue;
    const parameters: Record<string, string> = {};
    const fits = segments.every((segment, place) => {
      const value = given[place] ?? '';
      if (!segment.startsWith('{')) return segment === value;
      parameters[segment.slice(1, -1)] = value;
      return value !== '';
    });
    if (fits) return { operation, parameters };
  }
  return undefined;
}

function countParameters(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith('{')).length;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A segment that is no encoding names nothing.
    return segment;
  }
}
