import { setTimeout as sleep } from 'node:timers/promises';
import { openIntercom } from '../../intercom/client.ts';
import type { Adopted } from '../../load/adopt.ts';
import { objectKinds } from '../../load/phases.ts';
import { type LoadRequest, type LoadResult, runAdopt, runLoad } from '../../load/run-load.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun, type Run } from '../../platform/run-record.ts';
import { lookAgain } from '../../reconcile/look-again.ts';
import { type IntercomSimulatorOptions, startIntercomSimulator } from '../../rehearsal/intercom-simulator/server.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import {
  objectType,
  type Workload,
  workloadBlobs,
  workspaceTeammates,
  workspaceTeams,
  writeWorkload,
} from './load-workload.ts';
import type { ProcessOptions } from './own-process.ts';

const token = 'simulated-token';
const idCode = 'workspace1';

/** Companies go a little after the answer. */
const companyDeletionMs = 50;

export type DumpedObject = Readonly<Record<string, unknown>> & { readonly type: string; readonly id: string };

/** How long calls are waited for, in milliseconds. */
interface Waiting {
  readonly timeoutMs?: number | undefined;
  readonly latenessMs?: number | undefined;
}

/** A simulated workspace and a staging database that holds a workload for it. */
export interface TestWorkspace {
  readonly idCode: string;
  readonly url: string;
  readonly token: string;
  readonly database: TestDatabase;
  /** Loads in this process under a run of its own, or continues the unfinished one. */
  load(options?: Partial<LoadRequest> & { readonly token?: string } & Waiting): Promise<LoadResult>;
  /** Looks once more for what was repeated, as every reconcile does. */
  lookAgain(): Promise<void>;
  /** Adopts what the workspace holds. */
  adopt(): Promise<Adopted>;
  /** What a process of its own needs to know. */
  processOptions(options: Omit<ProcessOptions, 'databaseUrl' | 'intercomUrl' | 'workspaceIdCode'>): ProcessOptions;
  control(path: string, body?: unknown): Promise<unknown>;
  dump(): Promise<DumpedObject[]>;
  /** Waits until what Intercom does after its answers is done. */
  settled(): Promise<unknown>;
  /** Requests of the API by operation so far. */
  requests(): Promise<Readonly<Record<string, number>>>;
  /** Requests that changed something. */
  mutations(): Promise<number>;
  customerNotifications(): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

/**
 * Opens the pair, with the mapping and the silence of the workspace confirmed. Without a workload the relations to be loaded are those of
 * a transform.
 */
export async function openTestWorkspace(
  workload: Workload | undefined,
  options: Pick<IntercomSimulatorOptions, 'switches' | 'admins'> = {},
): Promise<TestWorkspace> {
  const simulator = await startIntercomSimulator({
    token,
    idCode,
    admins: options.admins ?? workspaceTeammates,
    teams: workspaceTeams,
    switches: {
      ...{ searchLagMs: 50, limit: 0, companyDeletionMs },
      // As a workspace that no canary asked is taken to be.
      ...{ commentHtml: 'escape', systemParts: 'none', foreignObjects: 'complete' },
      ...options.switches,
    },
  });
  const database = await createTestDatabase();
  if (workload !== undefined) await writeWorkload(database.pool, workload);
  await database.pool.query(
    `insert into ops.confirmation (workspace_id_code, subject, fingerprint, confirmed_by)
     select $1, subject, 'test', 'test' from unnest(array['mapping', 'silence']) as subject`,
    [idCode],
  );

  async function control(path: string, body?: unknown): Promise<unknown> {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${simulator.controlUrl}${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  await control('/actions', { do: 'plant-object-type', fields: objectType });
  const statistics = () => control('/stats') as Promise<{ requests: Record<string, number>; mutating: number }>;

  async function inRun<T>(
    command: string,
    { token: otherToken, timeoutMs = 2_000, latenessMs = 50 }: { token?: string | undefined } & Waiting,
    work: (common: LoadRequest, run: Run) => Promise<T>,
  ): Promise<T> {
    const intercom = openIntercom({
      token: otherToken ?? token,
      region: 'us',
      baseUrl: simulator.url,
      timeoutMs,
      latenessMs,
    });
    const run = await openRun(database.pool, { command, workspaceIdCode: idCode, fingerprint: {} });
    try {
      return await work(
        {
          settings: {
            in_flight: 4,
            search_lag_ms: 100,
            reserve_share: 0,
            body_limit_bytes: 2_000_000,
            assign_closed: 'agent',
          },
          pool: database.pool,
          intercom,
          blobs: workloadBlobs,
          run,
          progress: openProgress('silent'),
          retry: { attempts: 3, firstWaitMs: 10 },
          beforeEnd: (paced, workspaceIdCode) =>
            lookAgain({
              kinds: objectKinds,
              pool: database.pool,
              intercom: paced,
              workspaceIdCode,
              runId: run.runId,
              inFlight: 4,
            }),
        },
        run,
      );
    } finally {
      await run.leave();
      await intercom.close();
    }
  }

  return {
    idCode,
    url: simulator.url,
    token,
    database,
    control,
    async load({ token: otherToken, timeoutMs, latenessMs, ...request } = {}) {
      return inRun('load', { token: otherToken, timeoutMs, latenessMs }, async (common, run) => {
        const result = await runLoad({ ...common, ...request });
        if (!result.isStopped) await run.finish({});
        return result;
      });
    },
    lookAgain: () =>
      inRun('look again', {}, async ({ intercom, pool }, run) => {
        await lookAgain({ kinds: objectKinds, pool, intercom, workspaceIdCode: idCode, runId: run.runId, inFlight: 4 });
        await run.finish({});
      }),
    adopt: () =>
      inRun('load adopt', {}, async (common, run) => {
        const result = await runAdopt(common);
        await run.finish({});
        return result;
      }),
    processOptions: (processOptions) => ({
      databaseUrl: database.url,
      intercomUrl: simulator.url,
      workspaceIdCode: idCode,
      ...processOptions,
    }),
    settled: () => sleep(companyDeletionMs * 2),
    async dump() {
      const response = await fetch(`${simulator.controlUrl}/dump`);
      const lines = (await response.text()).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as DumpedObject);
    },
    requests: async () => (await statistics()).requests,
    mutations: async () => (await statistics()).mutating,
    customerNotifications: async () => ((await control('/ledger')) as { customer: unknown[] }).customer,
    async close() {
      await simulator.close();
      await database.drop();
    },
  };
}

/** Edits an object over the API, as a teammate would in Intercom. The path is that of the object: `articles/7`. */
export async function editOverApi(
  { url, token: bearer }: Pick<TestWorkspace, 'url' | 'token'>,
  path: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const response = await fetch(`${url}/${path}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json', 'Intercom-Version': '2.16' },
    body: JSON.stringify(fields),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}
