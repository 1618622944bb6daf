import { type Check, found, passed } from '../check.ts';
import type { TargetContext } from './context.ts';

const code = 'intercom_rate_limit';

/** The window of the rate limit as the last answer stated it. */
export const rateLimit: Check<TargetContext> = {
  code,
  run({ intercom }) {
    const observed = intercom.pace.lastObservation;
    if (observed !== undefined) {
      const finding = `${observed.limit} calls a window of 10 seconds, ${observed.remaining} left now.`;
      return Promise.resolve([passed(code, 'Intercom', finding)]);
    }
    const nextStep = 'Check that no proxy between here and Intercom removes the X-RateLimit headers.';
    return Promise.resolve([found(code, 'warning', 'Intercom', 'The answers state no rate limit.', nextStep)]);
  },
};
