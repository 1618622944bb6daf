import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApiServer, type Simulated } from './api-server.ts';
import { createControlServer } from './control-server.ts';
import { Faults } from './faults.ts';
import { Hold } from './hold.ts';
import type { Admin, Team } from './objects.ts';
import { RateWindow, SearchQuota } from './rate-window.ts';
import { createStatistics } from './statistics.ts';
import { type Switches, switchesOf, type WorkspaceName } from './switches.ts';
import { Workspace } from './workspace.ts';

export interface IntercomSimulatorOptions {
  /** The access token that calls must bear. */
  readonly token: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly controlPort?: number;
  readonly region?: string;
  readonly idCode?: string;
  /** The first one owns the token; one is there unless given. */
  readonly admins?: readonly Admin[];
  readonly teams?: readonly Team[];
  /** Which workspace it is like; `captured` unless given. */
  readonly like?: WorkspaceName;
  /** Where it differs from that one. */
  readonly switches?: Partial<Switches>;
}

export interface IntercomSimulator {
  readonly url: string;
  readonly controlUrl: string;
  close(): Promise<void>;
}

const TOKEN_OWNER: Admin = { id: '9000001', name: 'Migration', email: 'migration@workspace.example' };

/** Starts an empty simulated workspace and its control channel, both on the loopback address. */
export async function startIntercomSimulator(options: IntercomSimulatorOptions): Promise<IntercomSimulator> {
  const simulated: Simulated = {
    token: options.token,
    workspace: new Workspace({
      idCode: options.idCode ?? 'rehearsal',
      region: options.region ?? 'US',
      admins: options.admins ?? [TOKEN_OWNER],
      teams: options.teams ?? [],
      switches: { ...switchesOf(options.like ?? 'captured'), ...options.switches },
    }),
    rateWindow: new RateWindow(),
    searches: new SearchQuota(),
    faults: new Faults(),
    hold: new Hold(),
    statistics: createStatistics(),
  };
  const api = createApiServer(simulated);
  const control = createControlServer(simulated);
  return {
    url: await listen(api, options.port ?? 0),
    controlUrl: await listen(control, options.controlPort ?? 0),
    close: async () => {
      simulated.hold.release(true);
      await Promise.all([close(api), close(control)]);
    },
  };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
