import type pg from 'pg';
import type { Itop } from '../itop/client.ts';
import { openConfiguredItop } from '../itop/configured.ts';
import { ItopError } from '../itop/errors.ts';
import type { Finding } from '../platform/findings.ts';
import type { ItopSettings } from '../platform/settings.ts';
import { checkAccountIsUnrestricted } from './itop-account.ts';
import { checkClassTrees } from './itop-class-trees.ts';
import { checkClasses } from './itop-classes.ts';
import { checkLanguage } from './itop-language.ts';
import {
  checkAttachments,
  checkAttributesHaveAHome,
  checkChangesAndProblems,
  checkConfigurationItems,
  checkCustomClasses,
  checkPersonsWithoutEmail,
  checkServiceLevels,
  checkTicketsWithoutCaller,
} from './itop-scope.ts';
import { checkTimezone } from './itop-timezone.ts';
import { checkVersion } from './itop-version.ts';

/** iTop's side: address, login and REST profile, version, rights and counts per class, time zone, and what needs a decision. */
export async function auditItop(settings: ItopSettings, pool: pg.Pool, signal?: AbortSignal): Promise<Finding[]> {
  const itop = openConfiguredItop(settings);
  try {
    const login = await check('itop_login', 'iTop', () => checkLogin(itop, settings));
    if (login.some((finding) => finding.severity === 'blocker')) return login;
    const findings = [...login];
    const checks: readonly (readonly [string, () => Promise<Finding[]>])[] = [
      ['itop_version', () => checkVersion(itop)],
      ['itop_account_unrestricted', () => checkAccountIsUnrestricted(itop, settings.user)],
      ['itop_language', () => checkLanguage(itop, pool, settings.user)],
      ['itop_class_readable', () => checkClasses(itop, pool)],
      ['itop_class_tree', () => checkClassTrees(itop, pool)],
      ['itop_timezone', () => checkTimezone(itop, settings.timezone, itop.clock.now())],
      ['itop_custom_classes', () => checkCustomClasses(itop, pool)],
      ['itop_attribute_without_a_home', () => checkAttributesHaveAHome(itop, pool)],
      ['itop_configuration_items', () => checkConfigurationItems(itop, pool)],
      ['itop_changes_and_problems', () => checkChangesAndProblems(itop, pool)],
      ['itop_service_levels', () => checkServiceLevels(itop)],
      ['itop_person_without_email', () => checkPersonsWithoutEmail(itop)],
      ['itop_ticket_without_caller', () => checkTicketsWithoutCaller(itop, pool)],
      ['itop_attachments', () => checkAttachments(itop)],
    ];
    for (const [code, run] of checks) {
      signal?.throwIfAborted();
      findings.push(...(await check(code, 'iTop', run)));
    }
    return findings;
  } finally {
    await itop.close();
  }
}

/** Runs one check; a failure of iTop is its finding. */
async function check(code: string, subject: string, run: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ItopError)) throw error;
    return [{ code, severity: 'blocker', subject, finding: error.message, nextStep: error.nextStep }];
  }
}

async function checkLogin(itop: Itop, settings: ItopSettings): Promise<Finding[]> {
  await itop.checkLogin();
  const { protocol, hostname } = new URL(settings.url);
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  const finding = { code: 'itop_login', subject: 'iTop' } as const;
  if (protocol === 'http:' && !isLocal) {
    return [
      {
        ...finding,
        severity: 'warning',
        finding: `${settings.user} may use the REST API, but the password crosses the network unencrypted.`,
        nextStep: "Use iTop's https address.",
      },
    ];
  }
  return [{ ...finding, severity: 'passed', finding: `${settings.user} may use the REST API.`, nextStep: '' }];
}
