import { z } from 'zod';
import { described, webAddress } from './setting.ts';

/**
 * Two minutes. Intercom states no bound. Gateways usually give a request up after a minute, so whoever still works on one that
 * our own timeout ended has given it up by then.
 */
export const defaultLatenessMs = 120_000;

export const intercomSection = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .meta(
        described('Access token of a private app of the workspace.', {
          example: '(an access token of a private app)',
          environment: 'INTERCOM_TOKEN',
          isSecret: true,
        }),
      ),
    region: z
      .enum(['us', 'eu', 'au'])
      .default('us')
      .meta(described('Region that hosts the workspace.', { example: 'eu', environment: 'INTERCOM_REGION' })),
    base_url: webAddress
      .optional()
      .meta(described("Only for rehearsals: another address than the region's.", { example: 'http://127.0.0.1:8080' })),
    in_flight: z.int().min(1).max(500).default(60).meta(described('Calls to Intercom at the same time.')),
    timeout_ms: z
      .int()
      .min(10)
      .default(60_000)
      .meta(described('How long an answer of Intercom may take. After it, the call counts as lost and is looked up.')),
    lateness_ms: z
      .int()
      .min(0)
      .default(defaultLatenessMs)
      .meta(
        described(
          'How long after its timeout a call without an answer may still take effect. No lost call is looked up or repeated before; what takes effect later still is found at the end of the load and by reconcile.',
        ),
      ),
    search_lag_ms: z
      .int()
      .min(0)
      .default(300_000)
      .meta(described('How long a created conversation may stay invisible to search: no create is repeated before.')),
    reserve_share: z
      .number()
      .min(0)
      .max(0.9)
      .default(0.2)
      .meta(described('Share of the rate limit left to the other integrations of the workspace.')),
    body_limit_bytes: z
      .int()
      .min(1_000_000)
      .optional()
      .meta(
        described(
          'Largest body of a request, files in base64 included; what is bigger is handed off. Intercom states no limit: when absent, what the canary saw accepted holds, else 20 MB.',
          { example: 20_000_000 },
        ),
      ),
    assign_closed: z
      .enum(['agent', 'both'])
      .default('agent')
      .meta(described('Whether a closed conversation gets its agent alone, or its team too at one call more.')),
    fallback_teammate: z
      .email()
      .optional()
      .meta(
        described(
          "E-mail of the teammate who stands in for authors without a teammate; the token's own admin when absent.",
          {
            example: 'migration@example.com',
          },
        ),
      ),
    residency: z
      .enum(['us', 'eu', 'au'])
      .optional()
      .meta(
        described('Region in which the data must lie, by contract or law. The audit refuses another one.', {
          example: 'eu',
        }),
      ),
    plan: z
      .enum(['essential', 'advanced', 'expert'])
      .optional()
      .meta(
        described('Plan of the workspace: the API does not return it. The audit compares it with what is mapped.', {
          example: 'expert',
        }),
      ),
  })
  .optional()
  .meta(described('The workspace that is loaded. The commands that load or compare need this section.'));
