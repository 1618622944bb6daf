import type { FileRow, PartRow } from './thread.ts';

/** A part as it is sent: with the author the workspace has, or the fallback teammate and a first line that names the author. */
export interface PartToSend {
  readonly row: PartRow;
  readonly authorType: 'contact' | 'admin';
  readonly authorId: string;
  readonly body: string;
  /** Whether `body` is HTML or the characters that a reader shall see. */
  readonly bodyForm: 'text' | 'html';
  /** What a reader shall see of the body. */
  readonly visibleBody: string;
  readonly createdAt: number;
  readonly isFallback: boolean;
  /** Whether characters that the workspace takes for markup were replaced by others that look alike. */
  readonly hasLookAlikes: boolean;
  /** Files that ride on it, or that it names because they are too big. */
  readonly files: readonly FileRow[];
  readonly namesFilesOnly: boolean;
}
