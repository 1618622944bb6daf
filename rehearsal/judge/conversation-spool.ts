import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Stretch {
  readonly offset: number;
  readonly length: number;
}

const FLUSH_BYTES = 1 << 20;

/**
 * Conversations on disk, found by the ticket they say they come from. Only their places are held: Intercom's dump is
 * in the order of creation and iTop's by id, and neither fits into memory.
 */
export class ConversationSpool {
  private readonly directory: string;
  private readonly file: FileHandle;
  private readonly stretches = new Map<string, Stretch[]>();
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private end = 0;

  private constructor(directory: string, file: FileHandle) {
    this.directory = directory;
    this.file = file;
  }

  static async create(): Promise<ConversationSpool> {
    const directory = await mkdtemp(join(tmpdir(), 'rehearsal-judge-'));
    return new ConversationSpool(directory, await open(join(directory, 'conversations.ndjson'), 'w+'));
  }

  async add(ticketId: string, line: string): Promise<void> {
    const bytes = Buffer.from(line);
    const stretch = { offset: this.end, length: bytes.length };
    this.stretches.set(ticketId, [...(this.stretches.get(ticketId) ?? []), stretch]);
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    this.end += bytes.length;
    if (this.waitingBytes >= FLUSH_BYTES) await this.flush();
  }

  /** Takes a ticket's conversations out, so that what nobody asked for is left over. */
  async take(ticketId: string): Promise<string[]> {
    if (this.waitingBytes > 0) await this.flush();
    const lines: string[] = [];
    for (const { offset, length } of this.stretches.get(ticketId) ?? []) {
      const { buffer } = await this.file.read(Buffer.alloc(length), 0, length, offset);
      lines.push(buffer.toString());
    }
    this.stretches.delete(ticketId);
    return lines;
  }

  /** Ids of tickets whose conversations were not taken. */
  left(): string[] {
    return [...this.stretches.keys()];
  }

  async close(): Promise<void> {
    await this.file.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.concat(this.waiting);
    await this.file.write(bytes, 0, bytes.length, this.end - bytes.length);
    this.waiting = [];
    this.waitingBytes = 0;
  }
}
