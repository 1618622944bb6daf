import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generatePopulation } from '../generator/population.ts';
import { DEFAULT_SETTINGS, type GeneratorSettings } from '../generator/settings.ts';
import { type Capture, readCaptures } from './capture-objects.ts';
import { standardTree } from './class-tree.ts';
import { createControlServer } from './control-server.ts';
import { generatedModels } from './generated-model.ts';
import { Interventions } from './interventions.ts';
import type { ItopObjects } from './itop-objects.ts';
import { oddSite } from './odd-site.ts';
import { Overlay } from './overlay.ts';
import { createRestServer, type Pace } from './rest-server.ts';
import { newStatistics } from './statistics.ts';
import { TimeZone } from './time-zone.ts';

export interface SimulatorOptions {
  readonly port?: number;
  readonly controlPort?: number;
  readonly generator?: Partial<GeneratorSettings>;
  /** A directory of captured REST answers to serve instead of generated objects. */
  readonly captures?: string;
  /** Whether the generated site has modules and extensions that make it unlike the standard (odd-site.ts). */
  readonly isOdd?: boolean;
  /** Language of the administrator's account, as iTop writes it (`FR FR`); English unless given. */
  readonly language?: string;
  /** The administrator's login; `admin` unless given. */
  readonly user?: string;
  /** The password of every account. */
  readonly password: string;
  /** The administrator's token, where the module for tokens is there. */
  readonly token?: string;
  /** What a web server in front asks for by HTTP Basic, as `name:password`. */
  readonly front?: string;
  /** What PHP writes before every answer. */
  readonly phpOutput?: string;
  readonly pace?: Pace;
  readonly timeZone?: string;
}

export interface RunningSimulator {
  readonly url: string;
  readonly controlUrl: string;
  readonly close: () => Promise<void>;
}

/** Starts a simulated iTop and its control channel, both on the loopback interface only. */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const timeZone = new TimeZone(options.timeZone ?? 'Europe/Paris');
  const generatedSite = (): Capture => generated(options.generator ?? {});
  const plain = options.captures === undefined ? generatedSite() : readCaptures(options.captures);
  const source = options.isOdd === true ? oddSite(plain) : plain;
  const overlay = new Overlay(source.classes);
  if (options.user !== undefined && options.user !== 'admin') overlay.put('UserLocal', 1, { login: options.user });
  if (options.language !== undefined) overlay.put('UserLocal', 1, { language: options.language });
  const objects: ItopObjects = { overlay, tree: source.tree, models: source.models, normalise: timeZone.normalise };
  const statistics = newStatistics();
  const interventions = new Interventions();
  const rest = createRestServer(
    {
      objects,
      password: options.password,
      statistics,
      token: options.token,
      front: options.front,
      phpOutput: options.phpOutput,
    },
    interventions,
    options.pace ?? 'none',
  );
  const control = createControlServer({
    objects,
    statistics,
    interventions,
    timeZone,
    missingBytes: source.missingBytes,
  });
  const url = await listen(rest, options.port ?? 0);
  const controlUrl = await listen(control, options.controlPort ?? 0);
  return { url, controlUrl, close: async () => void (await Promise.all([close(rest), close(control)])) };
}

function generated(settings: Partial<GeneratorSettings>): Capture {
  return {
    classes: generatePopulation({ ...DEFAULT_SETTINGS, ...settings }),
    tree: standardTree,
    models: generatedModels(),
    missingBytes: [],
  };
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
