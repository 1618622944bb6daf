import { existsSync } from 'node:fs';
import { type RequestOptions, request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const pingMs = 1_000;
const pullMs = 300_000;

/**
 * Why no container of an image can be started; undefined when one can. An image that the engine lacks is pulled.
 * Where there is no engine this takes no time: its socket is not there.
 */
export async function faultOfImage(image: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const address = addressOfEngine(environment);
  if (address === undefined) return 'there is no Docker engine';
  try {
    const ping = await ask(address, 'GET', '/_ping', pingMs);
    if (ping.status !== 200) return `the Docker engine answers ${ping.status}`;
  } catch (error) {
    return `no Docker engine answers (${(error as Error).message})`;
  }
  try {
    const path = `/images/${image}/json`;
    if ((await ask(address, 'GET', path, pingMs)).status === 200) return undefined;
    const [name, tag] = image.split(':');
    process.stderr.write(`Pulling ${image}.\n`);
    await ask(address, 'POST', `/images/create?fromImage=${name}&tag=${tag}`, pullMs);
    return (await ask(address, 'GET', path, pingMs)).status === 200 ? undefined : `${image} cannot be pulled`;
  } catch (error) {
    return `${image} cannot be had (${(error as Error).message})`;
  }
}

type Address = Pick<RequestOptions, 'socketPath' | 'host' | 'port'>;

function addressOfEngine(environment: NodeJS.ProcessEnv): Address | undefined {
  const named = environment.DOCKER_HOST;
  if (named !== undefined && /^(tcp|http):/.test(named)) {
    const { hostname, port } = new URL(named.replace(/^tcp:/, 'http:'));
    return { host: hostname, port: port === '' ? 2375 : Number(port) };
  }
  const sockets = [
    named?.replace(/^unix:\/\//, ''),
    ...(named === undefined
      ? [
          '/var/run/docker.sock',
          join(environment.XDG_RUNTIME_DIR ?? '', 'docker.sock'),
          inHome('run'),
          inHome('desktop'),
        ]
      : []),
  ];
  const socketPath = sockets.find((path) => path?.startsWith('/') && existsSync(path));
  return socketPath === undefined ? undefined : { socketPath };
}

function inHome(directory: string): string {
  return join(homedir(), '.docker', directory, 'docker.sock');
}

function ask(address: Address, method: string, path: string, timeoutMs: number): Promise<{ readonly status: number }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const call = request({ ...address, method, path, signal }, (response) => {
      // A pull ends when its answer does.
      text(response).then(() => resolve({ status: response.statusCode ?? 0 }), reject);
    });
    call.once('error', (error) => reject(signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error));
    call.end();
  });
}
