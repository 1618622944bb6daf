import type { ItopSettings } from '../../platform/settings.ts';

/** Settings for a simulated iTop, impatient enough for tests. */
export function itopSettings(
  itop: { readonly url: string; readonly password: string },
  change: Partial<ItopSettings> = {},
): ItopSettings {
  return {
    url: itop.url,
    user: 'admin',
    password: itop.password,
    login: 'form',
    timezone: 'Europe/Paris',
    in_flight: 2,
    pause_ms: 0,
    window_bytes: 200_000,
    window_ids: 3_000,
    timeout_ms: 10_000,
    max_outage_ms: 20_000,
    ...change,
  };
}
