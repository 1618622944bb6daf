import type { ItopSettings } from '../platform/settings.ts';
import { type Itop, type ItopLogin, openItop } from './client.ts';
import { readClientCertificate } from './client-certificate.ts';

/** Opens connections to the iTop of the configuration; none is made before the first request. */
export function openConfiguredItop(settings: ItopSettings): Itop {
  return openItop({
    url: settings.url,
    login: loginOf(settings),
    inFront: settings.in_front,
    clientCertificate: readClientCertificate(settings),
    timeoutMs: settings.timeout_ms,
    connections: settings.in_flight,
  });
}

function loginOf({ user, password, token, login }: ItopSettings): ItopLogin {
  if (token !== undefined) return { mode: 'token', token };
  return { mode: login, user, password: password ?? '' };
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
