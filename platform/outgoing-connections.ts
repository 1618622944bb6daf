import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';

const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy'];

/**
 * Connections to one origin, through the proxy that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); none is made
 * before the first request. What runs on this machine is never asked through a proxy.
 */
export function openConnections(origin: string, options: Pool.Options): Dispatcher {
  const { hostname } = new URL(origin);
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  const hasProxy = proxyVariables.some((name) => (process.env[name] ?? '') !== '');
  if (isLocal || !hasProxy) return new Pool(origin, options);
  // Behind the proxy the origin is still shown the certificate of this client.
  const requestTls = typeof options.connect === 'object' ? options.connect : {};
  return new EnvHttpProxyAgent({ ...options, requestTls });
}
