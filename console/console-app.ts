import type { Context, Hono } from 'hono';
import type { Html } from '../platform/html.ts';
import type { ConsoleEnvironment } from './access.ts';
import type { ConsoleContext } from './console-context.ts';
import type { Frame } from './page.ts';

/** What a group of pages is registered on: the application, and the way to the frame of a page. */
export interface ConsoleApp {
  readonly app: Hono<ConsoleEnvironment>;
  readonly context: ConsoleContext;
  frameOf(request: ConsoleRequest): Promise<Frame>;
  /** Answers with a whole page. */
  show(
    request: ConsoleRequest,
    path: string,
    title: string,
    content: (frame: Frame) => Promise<Html> | Html,
  ): Promise<Response>;
  /** The same where the frame was read already. */
  showIn(
    frame: Frame,
    request: ConsoleRequest,
    path: string,
    title: string,
    content: Html,
  ): Response | Promise<Response>;
  /** Answers a form: says on the page of this address what was recorded. */
  recorded(request: ConsoleRequest, address: string, words: Html): Response;
  /** Answers with a part of a page, which the script puts in its place. */
  part(request: ConsoleRequest, content: (frame: Frame) => Promise<Html> | Html): Promise<Response>;
}

export type ConsoleRequest = Context<ConsoleEnvironment>;
