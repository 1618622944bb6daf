import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIntercom } from '../../intercom/client.ts';
import { runLoad } from '../../load/run-load.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation, workloadBlobs } from '../support/load-workload.ts';
import { hasDescription, readDescription } from '../support/openapi.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';

/** Everything that goes over the wire in a load of every operation is what Intercom's description says, in both directions. */
describe.skipIf(!hasDescription)("calls and answers against Intercom's API description", () => {
  let workspace: TestWorkspace;
  let proxy: RecordingProxy;

  beforeAll(async () => {
    workspace = await openTestWorkspace(everyOperation());
    proxy = await openRecordingProxy(workspace.url);
    const intercom = openIntercom({ token: workspace.token, region: 'us', baseUrl: proxy.url, timeoutMs: 5_000 });
    const { pool } = workspace.database;
    const run = await openRun(pool, { command: 'load', workspaceIdCode: workspace.idCode, fingerprint: {} });
    await runLoad({
      settings: {
        in_flight: 2,
        search_lag_ms: 100,
        reserve_share: 0,
        body_limit_bytes: 2_000_000,
        assign_closed: 'agent',
      },
      pool,
      intercom,
      blobs: workloadBlobs,
      run,
      progress: openProgress('silent'),
    });
    await run.finish({});
    await run.leave();
    await intercom.close();
  });
  afterAll(async () => {
    await proxy.close();
    await workspace.close();
  });

  it('the load made calls of every kind', () => {
    const { operationOf } = readDescription();
    const operations = new Set(
      proxy.exchanges.map(({ method, path }) => operationOf(method, path.replace(/\?.*$/, ''))),
    );
    for (const operation of [
      ...[
        'identifyAdmin',
        'createDataAttribute',
        'createConversationAttribute',
        'createOrUpdateCompany',
        'CreateContact',
      ],
      ...['attachContactToACompany', 'createConversation', 'replyConversation', 'attachContactToConversation'],
      ...['updateConversation', 'manageConversation', 'retrieveConversation'],
    ]) {
      expect(operations, operation).toContain(operation);
    }
  });

  it('each request and each answer fits the description', () => {
    const description = readDescription();
    const faults = proxy.exchanges
      .flatMap((exchange) => description.faultsOf(exchange))
      // References to custom objects are lists of ids: so the description's own text and example of associations say.
      .filter((fault) => !/^updateConversation request \/custom_attributes\/itop_cis /.test(fault))
      // The description knows no contact without an address and says nothing of null; a contact may have none (CreateContact).
      .filter((fault) => !/\/email must be string$/.test(fault));
    expect([...new Set(faults)]).toEqual([]);
  });

  it('the judge is no rubber stamp: a changed answer and an unknown call are faults', () => {
    const description = readDescription();
    const creation = proxy.exchanges.find(({ path }) => path === '/contacts');
    if (creation === undefined) throw new Error('no contact was created');
    expect(
      description.faultsOf({ ...creation, responseBody: { ...(creation.responseBody as object), role: 7 } }),
    ).not.toEqual([]);
    expect(description.faultsOf({ ...creation, status: 299 })).not.toEqual([]);
    expect(description.faultsOf({ ...creation, path: '/contact' })).not.toEqual([]);
  });
});
