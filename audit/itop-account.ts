import type { Itop } from '../itop/client.ts';
import { ClassNotReadable } from '../itop/errors.ts';
import { selectAll } from '../itop/oql.ts';
import type { Finding } from '../platform/findings.ts';

/**
 * An account that is restricted to some organizations gets fewer objects without any sign of it, so its own
 * restrictions are looked up.
 */
export async function checkAccountIsUnrestricted(itop: Itop, user: string): Promise<Finding[]> {
  const code = 'itop_account_unrestricted';
  const subject = 'iTop';
  const organizations: string[] = [];
  try {
    const query = { className: 'URP_UserOrg', oql: selectAll('URP_UserOrg') };
    for await (const link of itop.get({ ...query, outputFields: ['userlogin', 'allowed_org_name'] })) {
      if (link.fields.userlogin === user) organizations.push(String(link.fields.allowed_org_name));
    }
  } catch (error) {
    if (!(error instanceof ClassNotReadable)) throw error;
    const finding = 'Whether the account sees all organizations is not known: it may not read its own restrictions.';
    return [{ code, subject, severity: 'warning', finding, nextStep: error.nextStep }];
  }
  if (organizations.length === 0) {
    return [{ code, subject, severity: 'passed', finding: `${user} sees all organizations.`, nextStep: '' }];
  }
  return [
    {
      code,
      subject,
      severity: 'blocker',
      finding: `${user} sees only these organizations and those below them: ${organizations.sort().join(', ')}.`,
      nextStep: "Remove the account's allowed organizations in iTop, or use another account.",
    },
  ];
}
