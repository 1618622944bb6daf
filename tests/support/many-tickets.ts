import type { DumpedObject } from './intercom-workspace.ts';
import { everyOperation, type Workload } from './load-workload.ts';

/** The workload with so many copies of its first ticket: enough to share. */
export function manyTickets(count: number): Workload {
  const base = everyOperation();
  const [ticket] = base.conversations;
  const parts = base.parts.filter((part) => part.conversation_key === 'Ticket::83');
  const numbers = Array.from({ length: count }, (_, index) => 1000 + index);
  const rename = (text: unknown, number: number) => String(text).replaceAll('83', String(number));
  return {
    ...base,
    conversations: numbers.map((number) => ({
      ...ticket,
      target_key: `Ticket::${number}`,
      source_key: `Ticket::${number}`,
      body: rename(ticket?.body, number),
      marker: `itopUserRequest${number}`,
      title: rename(ticket?.title, number),
    })),
    parts: numbers.flatMap((number) =>
      parts.map((part) => ({
        ...part,
        target_key: String(part.target_key).replace('Ticket::83', `Ticket::${number}`),
        conversation_key: `Ticket::${number}`,
      })),
    ),
    conversationTags: [],
    relations: [],
    files: [],
  };
}

/** What the workspace holds, without ids and the times of now: every conversation with its messages. */
export function holdings(dump: readonly DumpedObject[]): string[] {
  return dump
    .map((object) => {
      if (object.type !== 'conversation')
        return `${object.type} ${String(object.name ?? object.title ?? object.external_id)}`;
      const { source, state, title, conversation_parts } = object as unknown as {
        source: { body: string };
        state: string;
        title: string;
        conversation_parts: { conversation_parts: { part_type: string; body: string | null }[] };
      };
      const parts = conversation_parts.conversation_parts.map((part) => `${part.part_type}:${part.body ?? ''}`);
      return JSON.stringify([title, state, source.body, parts]);
    })
    .sort();
}
