import type { ItopSettings } from '../platform/settings.ts';
import { type Itop, openItop } from './client.ts';

/** Opens connections to the iTop of the configuration; none is made before the first request. */
export function openConfiguredItop(settings: ItopSettings): Itop {
  return openItop({
    url: settings.url,
    user: settings.user,
    password: settings.password,
    timeoutMs: settings.timeout_ms,
    connections: settings.in_flight,
  });
}

/** Logs in to the iTop of the configuration once. Throws ItopError where it is away or refuses the account. */
export async function checkItopLogin(settings: ItopSettings, signal?: AbortSignal): Promise<void> {
  const itop = openConfiguredItop(settings);
  try {
    await itop.checkLogin(signal);
  } finally {
    await itop.close();
  }
}
