import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

/** Throws when nothing may be sent any more. Called often, so it must be fast. */
export type SendCheck = () => void;

/** undici hands copies of a request's options on, with all their members. */
const checkKey = Symbol('check');

/** Request options whose call is checked at the last moment; see `checkBeforeSending`. */
export function withCheck<T extends object>(options: T, check: SendCheck): T {
  return { ...options, [checkKey]: check };
}

/**
 * Interceptor: asks the check of a call in the same turn of the event loop in which its first byte is written to the socket.
 * A request may have waited for a free connection, and the process may have been stopped meanwhile. What the check throws
 * ends the call unsent.
 */
export const checkBeforeSending: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const check = (options as { readonly [checkKey]?: SendCheck })[checkKey];
  return dispatch(options, check === undefined ? handler : checkedHandler(handler, check));
};

function checkedHandler(handler: Dispatcher.DispatchHandler, check: SendCheck): Dispatcher.DispatchHandler {
  return {
    onRequestStart(controller, context) {
      check();
      handler.onRequestStart?.(controller, context);
    },
    onRequestUpgrade: (...event) => handler.onRequestUpgrade?.(...event),
    onResponseStart: (...event) => handler.onResponseStart?.(...event),
    onResponseData: (...event) => handler.onResponseData?.(...event),
    onResponseEnd: (...event) => handler.onResponseEnd?.(...event),
    onResponseError: (...event) => handler.onResponseError?.(...event),
  };
}

/** A body of which each further piece is checked too: a process that was stopped in the middle sends no more of it. */
export function checkedBody(content: string | Readable | null, check: SendCheck): string | Readable | null {
  return content instanceof Readable ? Readable.from(checkedPieces(content, check), { objectMode: false }) : content;
}

async function* checkedPieces(content: Readable, check: SendCheck): AsyncGenerator<Buffer> {
  for await (const piece of content) {
    check();
    yield piece as Buffer;
  }
}
