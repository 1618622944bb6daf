import { Forbidden, IntercomError, NotFound, TokenRefused } from '../../intercom/errors.ts';
import { scopeReads } from '../../intercom/scope-reads.ts';
import type { Finding } from '../../platform/findings.ts';
import { type Check, found, passed } from '../check.ts';
import type { TargetContext } from './context.ts';

const code = 'intercom_scope';

/** Each scope is tried by a read. That a scope of reading also writes only the canary shows. */
export const scopes: Check<TargetContext> = {
  code,
  async run({ intercom, signal }) {
    const findings: Finding[] = [];
    for (const { scope, call } of scopeReads) {
      signal?.throwIfAborted();
      try {
        await intercom.send(call);
        findings.push(passed(code, scope, 'Granted.'));
      } catch (error) {
        if (!(error instanceof IntercomError)) throw error;
        if (error instanceof TokenRefused || error instanceof Forbidden) {
          const nextStep = `Give the app the scope "${scope}" in the Developer Hub and use its new token; if it has it, the plan lacks the feature.`;
          findings.push(found(code, 'blocker', scope, `Refused: ${error.message}`, nextStep));
        } else if (error instanceof NotFound) {
          findings.push(
            found(
              code,
              'warning',
              scope,
              'This workspace does not offer it.',
              'Ask Intercom whether the plan includes it, or map nothing to it.',
            ),
          );
        } else {
          findings.push(found(code, 'warning', scope, `Not known: ${error.message}`, error.nextStep));
        }
      }
    }
    return findings;
  },
};
