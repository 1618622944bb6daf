import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { messageOf, RefusedError, StepError } from '../platform/errors.ts';
import { failureInWords } from '../platform/failure-in-words.ts';
import { type Html, html } from '../platform/html.ts';
import { withoutSecrets } from '../platform/redact.ts';
import { printErrorLine } from '../platform/terminal.ts';
import { type ConsoleEnvironment, createAccess } from './access.ts';
import { assetRoutes } from './assets.ts';
import type { ConsoleApp, ConsoleRequest } from './console-app.ts';
import { type ConsoleContext, readStanding } from './console-context.ts';
import { Jobs } from './jobs.ts';
import { KeptValues } from './kept-values.ts';
import { NoSuchPageError } from './no-such-page-error.ts';
import { type Frame, page, recordedContent, recordedId } from './page.ts';
import { fileRoutes } from './pages/files.ts';
import { liveRoutes } from './pages/live.ts';
import { mappingRoutes } from './pages/mapping.ts';
import { overviewRoutes } from './pages/overview.ts';
import { recordRoutes } from './pages/record.ts';
import { rollbackRoutes } from './pages/rollback.ts';
import { sampleRoutes } from './pages/sample.ts';
import { searchRoutes } from './pages/search.ts';
import { setupRoutes } from './pages/setup.ts';
import { workListRoutes } from './pages/work-lists.ts';
import { refusalContent } from './refusal-content.ts';

export interface ConsoleOptions extends Omit<ConsoleContext, 'kept' | 'jobs'> {
  /** Loopback unless the operator says otherwise. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Called when a browser opened the console, with the address for another one. */
  readonly onOpened?: (address: string) => void;
}

export interface RunningConsole {
  /** Opens the console in one browser. */
  address(): string;
  close(): Promise<void>;
}

/** Nothing comes from elsewhere, nothing is inline, nobody frames it. Styles that a script sets on an element are none of a page. */
const contentSecurityPolicy = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
};

/** Starts the console. It reads the views that the commands read; decisions go through the functions of the commands. */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  let origin = '';
  const { isReadOnly, onOpened } = options;
  const access = createAccess({ origin: () => origin, isReadOnly, ...(onOpened === undefined ? {} : { onOpened }) });
  const app = new Hono<ConsoleEnvironment>();
  const ofPages = secureHeaders({
    contentSecurityPolicy,
    // Under no-referrer a browser sends a form without its origin, and the form would be refused as another site's.
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    strictTransportSecurity: false,
  });
  // What a customer attached may do nothing at all, should a browser ever show it.
  const ofFiles = secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], sandbox: [] },
    referrerPolicy: 'no-referrer',
  });
  app.use((request, next) => (request.req.path.startsWith('/file/') ? ofFiles(request, next) : ofPages(request, next)));
  app.use(async (context, next) => {
    await next();
    // What is shown is a customer's: no cache keeps it, but for the assets.
    if (!context.req.path.startsWith('/assets/')) context.header('Cache-Control', 'no-store');
  });
  app.use(access.guard);
  const kept = new KeptValues();
  const jobs = new Jobs();
  const site = consoleApp(app, { ...options, kept, jobs });
  // What is shown after a decision is as it is then.
  app.use(async (request, next) => {
    await next();
    if (request.req.method === 'POST') kept.forget();
  });
  app.onError((error, context) => answerError(site, context as ConsoleRequest, error));
  app.notFound((context) => {
    context.status(404);
    return site.show(
      context as ConsoleRequest,
      '',
      'There is no such page',
      () => html`<p><a href="/">To the overview</a></p>`,
    );
  });
  for (const register of [
    assetRoutes,
    overviewRoutes,
    liveRoutes,
    searchRoutes,
    recordRoutes,
    fileRoutes,
    workListRoutes,
    sampleRoutes,
    mappingRoutes,
    setupRoutes,
    rollbackRoutes,
  ]) {
    register(site);
  }
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, options)));
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  origin = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
  return {
    address: access.address,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await jobs.settled();
    },
  };
}

function consoleApp(app: Hono<ConsoleEnvironment>, context: ConsoleContext): ConsoleApp {
  const frameOf = async (request: ConsoleRequest): Promise<Frame> => ({
    context,
    standing: await readStanding(context.pool),
    session: request.get('session'),
  });
  const showIn: ConsoleApp['showIn'] = (frame, request, path, title, content) => {
    const { recorded } = frame.session;
    delete frame.session.recorded;
    return request.html(page(frame, path, title, html`${recorded}`, content).text);
  };
  return {
    app,
    context,
    frameOf,
    showIn,
    async show(request, path, title, content) {
      const frame = await frameOf(request);
      return showIn(frame, request, path, title, await content(frame));
    },
    recorded(request, address, words) {
      request.get('session').recorded = recordedContent(words);
      return request.redirect(`${address}#${recordedId}`, 303);
    },
    async part(request, content) {
      const frame = await frameOf(request);
      const answer = async (): Promise<Html> => content(frame);
      // What a part cannot show is said in its place: the rest of the page stands.
      return request.html((await answer().catch(refusalContent)).text);
    },
  };
}

/** A second console at a port, or an address of another machine, is what people try. */
function cannotListen(error: Error, { host, port }: ConsoleOptions): RefusedError {
  return new RefusedError(`The console cannot listen on ${host}, port ${port} (${messageOf(error)}).`, {
    stage: 'console',
    nextStep: 'Name another one with --port, or none for one that is free; --host takes an address of this machine.',
    cause: error,
  });
}

/** A refusal is said on a page, with what to do; what was not foreseen too, and its stack stays in the terminal. */
async function answerError({ show }: ConsoleApp, request: ConsoleRequest, error: Error): Promise<Response> {
  // The frame of a page reads the warehouse too, which may be what failed: such a failure is said without it.
  if (!(error instanceof StepError)) {
    if (isOfValue(error)) {
      const words =
        'The address, or the form, holds what cannot be a value there.\nNext: go back, and follow the links.';
      return request.text(words, 400);
    }
    const failure = failureInWords(error);
    const known = failure instanceof StepError ? failure : undefined;
    const said = known === undefined ? (error.stack ?? error.message) : `${known.message} Next: ${known.nextStep}`;
    printErrorLine(`${request.req.method} ${request.req.path}: ${withoutSecrets(said)}`);
    const nextStep = known?.nextStep ?? 'look into the terminal of the console, and report what it says.';
    return request.text(`Something failed: ${withoutSecrets(messageOf(failure))}\nNext: ${nextStep}`, 500);
  }
  const isMissing = error instanceof NoSuchPageError;
  request.status(isMissing ? 404 : 409);
  return show(request, '', isMissing ? 'There is no such page' : 'This cannot be done', () => refusalContent(error));
}

/**
 * Postgres' codes of a value that is none of its type, or that no text may hold: pages compute with what stands in the warehouse,
 * which has its types, so such a value was in the request.
 */
const valueCodes = new Set(['22021', '22P02', '22P05', '22007', '22008']);

const isOfValue = (error: Error): boolean => valueCodes.has(String((error as { code?: unknown }).code));
