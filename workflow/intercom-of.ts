import { type Intercom, openIntercom } from '../intercom/client.ts';
import { requireIntercom, type Settings } from '../platform/settings.ts';

/** The Intercom client of the configuration; RefusedError when Intercom is not configured. */
export function intercomOf(settings: Settings): Intercom {
  const { token, region, base_url, timeout_ms, lateness_ms, in_flight } = requireIntercom(settings);
  return openIntercom({
    token,
    region,
    baseUrl: base_url,
    timeoutMs: timeout_ms,
    latenessMs: lateness_ms,
    connections: in_flight + 4,
  });
}
