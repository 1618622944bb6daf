import type { Intercom } from '../intercom/client.ts';
import { IntercomError } from '../intercom/errors.ts';
import { identifyAdmin, listAdmins } from '../intercom/workspace.ts';
import type { Finding } from '../platform/findings.ts';

const subject = 'Intercom';

/** Region that each of Intercom's own addresses serves. */
const regionOfHost: Readonly<Record<string, string>> = {
  'api.intercom.io': 'US',
  'api.eu.intercom.io': 'EU',
  'api.au.intercom.io': 'AU',
};

/** Intercom's side: token, workspace, region, teammates, rate limit. */
export async function auditIntercom(intercom: Intercom): Promise<Finding[]> {
  try {
    const { value: workspace } = await intercom.send(identifyAdmin());
    const { value: admins } = await intercom.send(listAdmins());
    return [
      passed('intercom_token', `The token opens the workspace ${workspace.name} (${workspace.idCode}).`),
      checkRegion(intercom.baseUrl, workspace.region),
      admins.length === 0
        ? {
            code: 'intercom_teammates',
            severity: 'blocker',
            subject,
            finding: 'The workspace lists no teammates, so that nobody can be the author of a reply.',
            nextStep: 'Give the token the right to read admins, and invite the agents.',
          }
        : passed('intercom_teammates', `${admins.length} teammates.`),
      rateLimit(intercom),
    ];
  } catch (error) {
    if (!(error instanceof IntercomError)) throw error;
    return [{ code: 'intercom_token', severity: 'blocker', subject, finding: error.message, nextStep: error.nextStep }];
  }
}

function checkRegion(baseUrl: string, region: string | null): Finding {
  const expected = regionOfHost[new URL(baseUrl).hostname];
  if (expected === undefined)
    return passed('intercom_region', `Reached at ${baseUrl}, which is none of Intercom's own.`);
  if (region !== null && region.toUpperCase() !== expected) {
    return {
      code: 'intercom_region',
      severity: 'blocker',
      subject,
      finding: `The workspace lies in region ${region}, the address serves ${expected}.`,
      nextStep: `Set intercom.region to ${region.toLowerCase()}.`,
    };
  }
  return passed('intercom_region', `The region is ${expected}.`);
}

function rateLimit(intercom: Intercom): Finding {
  const observed = intercom.pace.lastObservation;
  if (observed !== undefined) {
    return passed(
      'intercom_rate_limit',
      `${observed.limit} calls a window of 10 seconds, ${observed.remaining} left now.`,
    );
  }
  return {
    code: 'intercom_rate_limit',
    severity: 'warning',
    subject,
    finding: 'The answers state no rate limit.',
    nextStep: 'Check that no proxy between here and Intercom removes the X-RateLimit headers.',
  };
}

function passed(code: string, finding: string): Finding {
  return { code, severity: 'passed', subject, finding, nextStep: '' };
}
