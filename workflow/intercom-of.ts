import { type Intercom, openIntercom } from '../intercom/client.ts';
import { sendCall } from '../intercom/send-call.ts';
import { identifyAdmin, type WorkspaceFacts } from '../intercom/workspace.ts';
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

/** The workspace behind the token. One answer that fails is no reason to end a command: it is asked again, as in a load. */
export async function workspaceOf(intercom: Intercom, signal?: AbortSignal): Promise<WorkspaceFacts> {
  return (await sendCall({ intercom, signal }, identifyAdmin())).value;
}
