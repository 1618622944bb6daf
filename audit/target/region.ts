import { type Check, found, passed } from '../check.ts';
import type { TargetContext } from './context.ts';

const code = 'intercom_region';
const subject = 'Intercom';

/** Region that each of Intercom's own addresses serves. */
const regionOfHost: Readonly<Record<string, string>> = {
  'api.intercom.io': 'US',
  'api.eu.intercom.io': 'EU',
  'api.au.intercom.io': 'AU',
};

/** Whether the workspace lies where the address says, and where the customer wants his data. */
export const region: Check<TargetContext> = {
  code,
  run({ intercom, workspace, expectations }) {
    const served = regionOfHost[new URL(intercom.baseUrl).hostname];
    const stated = workspace.region?.toUpperCase();
    const wish = expectations.residency?.toUpperCase();
    if (stated !== undefined && served !== undefined && stated !== served) {
      const nextStep = `Set intercom.region to ${stated.toLowerCase()}.`;
      return Promise.resolve([
        found(
          code,
          'blocker',
          subject,
          `The workspace lies in region ${stated}, the address serves ${served}.`,
          nextStep,
        ),
      ]);
    }
    const actual = stated ?? served;
    if (wish !== undefined && actual !== wish) {
      const finding = `The data shall lie in ${wish}, but the workspace lies in ${actual ?? 'a region it does not tell'}.`;
      const nextStep = 'Use a workspace of that region (a region cannot be changed), or correct intercom.residency.';
      return Promise.resolve([found(code, 'blocker', subject, finding, nextStep)]);
    }
    if (served === undefined)
      return Promise.resolve([
        passed(code, subject, `Reached at ${intercom.baseUrl}, which is none of Intercom's own.`),
      ]);
    if (wish === undefined) {
      const nextStep = 'State where the data must lie as intercom.residency (us, eu or au), so that it is checked.';
      return Promise.resolve([
        found(code, 'note', subject, `The region is ${actual}; nobody stated where the data must lie.`, nextStep),
      ]);
    }
    return Promise.resolve([passed(code, subject, `The region is ${actual}, as wished.`)]);
  },
};
