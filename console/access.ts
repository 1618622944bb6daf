import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Html } from '../platform/html.ts';

/** One browser that opened the console by a token. */
export interface Session {
  /** Goes with every form: a page of another site cannot know it. */
  readonly csrf: string;
  /** The name that decisions are recorded under; empty until the person gave it. */
  person: string;
  /** What was recorded by the last form, for the page that answers it. */
  recorded?: Html;
}

export interface Access {
  /** Address of the console with a token that opens it once; a new token is made when one was used. */
  address(): string;
  /** Refuses whoever has no session, other sites' requests, and addresses that are not the console's own. */
  readonly guard: MiddlewareHandler<ConsoleEnvironment>;
}

export interface ConsoleEnvironment {
  readonly Variables: { session: Session };
}

export interface AccessOptions {
  readonly origin: () => string;
  /** Writes are refused. */
  readonly isReadOnly: boolean;
  /** Called when a token was used, with the address that opens the console in another browser. */
  readonly onOpened?: (address: string) => void;
}

const secret = (): string => randomBytes(24).toString('base64url');

/** Who may use the console: whoever holds the token that its terminal shows, each token once. */
export function createAccess({ origin, isReadOnly, onOpened }: AccessOptions): Access {
  const sessions = new Map<string, Session>();
  // A browser sends a cookie to every port of a host: two consoles have one each.
  const cookieName = (): string => `console_session_${new URL(origin()).port}`;
  let token = secret();
  const address = (): string => `${origin()}/login?token=${token}`;

  function open(context: Context): Response {
    if (!isEqual(context.req.query('token') ?? '', token)) {
      return context.text('This address was used before, or is not the one that the terminal shows.', 403);
    }
    token = secret();
    const id = secret();
    sessions.set(id, { csrf: secret(), person: '' });
    setCookie(context, cookieName(), id, { httpOnly: true, sameSite: 'Strict', path: '/' });
    onOpened?.(address());
    if (!isOfOtherSite(context)) return context.redirect('/');
    // A strict cookie does not go along where a link of another site, as a chat, is followed: the page goes on by itself.
    return context.html('<!doctype html><meta http-equiv="refresh" content="0;url=/"><a href="/">Open the console</a>');
  }

  const guard: MiddlewareHandler<ConsoleEnvironment> = async (context, next) => {
    // A name that points at this machine is no reason to answer: another site may have made it do so.
    if (context.req.header('host') !== new URL(origin()).host) {
      return context.text(`The console answers under ${origin()} and under no other name.`, 421);
    }
    if (context.req.path === '/login') return open(context);
    const session = sessions.get(getCookie(context, cookieName()) ?? '');
    if (session === undefined) {
      return context.text('Open the console by the address that its terminal shows.', 401);
    }
    // Another port of this machine is the same site to a browser, which sends the cookie; to open a record is remembered.
    if (isOfOtherSite(context)) return context.text('The request came from another site.', 403);
    if (context.req.method !== 'GET' && context.req.method !== 'HEAD') {
      if (isReadOnly) return context.text('This console is read-only.', 403);
      if (context.req.header('origin') !== origin()) return context.text('The request came from another site.', 403);
      const form = await context.req.parseBody();
      if (!isEqual(String(form.csrf ?? ''), session.csrf)) return context.text('The form is not of this session.', 403);
    }
    context.set('session', session);
    return next();
  };
  return { address, guard };
}

/** Browsers say where a request comes from; whoever has no browser could say anything. */
const isOfOtherSite = (context: Context): boolean =>
  /^(cross|same)-site$/.test(context.req.header('sec-fetch-site') ?? '');

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
