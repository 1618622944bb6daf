import { type ItopObjects, type ObjectView, objectsOf } from './itop-objects.ts';
import { ALL_IDS } from './overlay.ts';

const ADMINISTRATOR = '1';
const PORTAL_USER = '2';
const PORTAL_POWER_USER = '12';
const REST_SERVICES_USER = '1024';

/** Classes that only administrators may read. */
const ADMINISTRATOR_CLASSES =
  /^(User|UserInternal|UserLocal|UserLDAP|UserExternal|URP_.*|InlineImage|Trigger.*|Action.*|lnkTriggerAction|Query|QueryOQL|CMDBChange.*|ModuleInstallation|ExtensionInstallation|Event.*)$/;

/** The account a request logged in with, and what it may see. */
export interface Session {
  readonly login: string;
  /** As iTop writes it: `EN US`, `FR FR`. */
  readonly language: string;
  readonly isAdministrator: boolean;
  readonly isPortalPowerUser: boolean;
  /** Organizations the account is restricted to, sub-organizations included; undefined without restriction. */
  readonly allowedOrgs: ReadonlySet<string> | undefined;
}

export class LoginRefused extends Error {}

/** Finds an enabled account with the right to use REST, or throws with the text iTop gives. */
export function logIn(objects: ItopObjects, login: string): Session {
  const account = findAccount(objects, login);
  if (account?.get('status') !== 'enabled') throw new LoginRefused('Invalid login');
  const profiles = profilesOf(objects, account);
  if (!profiles.includes(REST_SERVICES_USER)) {
    throw new LoginRefused(
      'This user is not authorized to use the web services. (The profile REST Services User is required to access the REST web services)',
    );
  }
  if (profiles.includes(PORTAL_USER)) throw new LoginRefused('Portal user is not allowed');
  return {
    login,
    language: String(account.get('language')),
    isAdministrator: profiles.includes(ADMINISTRATOR),
    isPortalPowerUser: profiles.includes(PORTAL_POWER_USER),
    allowedOrgs: allowedOrgs(objects, account),
  };
}

export function mayRead(session: Session, className: string): boolean {
  if (session.isAdministrator) return true;
  return !session.isPortalPowerUser && !ADMINISTRATOR_CLASSES.test(className);
}

/** Whether a row is within the account's organizations; rows that belong to none are seen by everybody. */
export function isVisible(session: Session, object: ObjectView, orgAttribute: string | undefined): boolean {
  if (session.allowedOrgs === undefined || orgAttribute === undefined) return true;
  return session.allowedOrgs.has(String(object.get(orgAttribute)));
}

function findAccount(objects: ItopObjects, login: string): ObjectView | undefined {
  for (const account of objectsOf(objects, 'User', ALL_IDS)) {
    if (account.get('login') === login) return account;
  }
  return undefined;
}

function linksOf(objects: ItopObjects, className: string, account: ObjectView): readonly ObjectView[] {
  if (objects.tree.isParentClass(className)) throw new Error(`${className} is not a link class`);
  const owner = objects.overlay.storedClass(className)?.ownerKey;
  const window =
    owner === undefined ? ALL_IDS : { from: account.id * owner.idsPerOwner, to: (account.id + 1) * owner.idsPerOwner };
  return [...objectsOf(objects, className, window)].filter((link) => link.get('userid') === String(account.id));
}

function profilesOf(objects: ItopObjects, account: ObjectView): readonly string[] {
  return linksOf(objects, 'URP_UserProfile', account).map((link) => String(link.get('profileid')));
}

function allowedOrgs(objects: ItopObjects, account: ObjectView): ReadonlySet<string> | undefined {
  const allowed = new Set(linksOf(objects, 'URP_UserOrg', account).map((link) => String(link.get('allowed_org_id'))));
  if (allowed.size === 0) return undefined;
  for (let grown = true; grown; ) {
    grown = false;
    for (const org of objectsOf(objects, 'Organization', ALL_IDS)) {
      const id = String(org.id);
      if (!allowed.has(id) && allowed.has(String(org.get('parent_id')))) {
        allowed.add(id);
        grown = true;
      }
    }
  }
  return allowed;
}

/** The attribute by which rows of a class belong to an organization, if they do. */
export function orgAttributeOf(objects: ItopObjects, className: string): string | undefined {
  if (className === 'Organization') return 'id';
  const withOrg = objects.tree
    .classAndDescendants(className)
    .some((name) => objects.models.get(name)?.attributes.includes('org_id'));
  return withOrg ? 'org_id' : undefined;
}
