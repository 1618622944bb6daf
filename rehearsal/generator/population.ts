import { profilesClass, userLocalClass, userOrgClass, userProfileClass } from './accounts.ts';
import { attachmentClass } from './attachments.ts';
import { ciClasses, ciToTicketClass, contactToCiClass } from './cis.ts';
import { People, personClass, personToTeamClass, teamClass } from './contacts.ts';
import { customAssetClasses } from './custom-assets.ts';
import { documentClasses } from './documents.ts';
import { historyClasses } from './history.ts';
import { faqCategoryClass, faqClass, inlineImageClass, knownErrorClasses, tagClasses } from './knowledge.ts';
import { organizationClass } from './organizations.ts';
import { otherTicketClasses } from './other-tickets.ts';
import { serviceLevelClasses } from './service-levels.ts';
import { moduleInstallationClass, serviceClass, serviceFamilyClass, serviceSubcategoryClass } from './services.ts';
import { type GeneratorSettings, sizesFor } from './settings.ts';
import type { StoredClass } from './stored-class.ts';
import { TicketPlanner } from './ticket-planner.ts';
import { contactToTicketClass, userRequestClass } from './tickets.ts';
import { workOrderClass } from './work-orders.ts';
import { workflowClasses } from './workflow.ts';

/** The generated iTop: its final classes by name. Nothing is made before it is read, and nothing is kept. */
export function generatePopulation(settings: GeneratorSettings): ReadonlyMap<string, StoredClass> {
  const { seed } = settings;
  const sizes = sizesFor(settings);
  const people = new People(seed, sizes);
  const planner = new TicketPlanner(settings, people);
  const classes = [
    organizationClass(seed, sizes),
    personClass(seed, people),
    teamClass(),
    personToTeamClass(people),
    userLocalClass(people),
    profilesClass(),
    userProfileClass(people),
    userOrgClass(),
    serviceFamilyClass(),
    serviceClass(),
    serviceSubcategoryClass(),
    userRequestClass(seed, planner, sizes.tickets),
    contactToTicketClass(planner, sizes.tickets),
    moduleInstallationClass(),
    ...otherTicketClasses(seed, planner, sizes.tickets),
    workOrderClass(planner, sizes.tickets),
    ...ciClasses(seed, sizes),
    ciToTicketClass(seed, sizes),
    contactToCiClass(people, sizes),
    attachmentClass(seed, planner, sizes.tickets),
    ...historyClasses(planner, sizes.tickets),
    faqClass(seed),
    faqCategoryClass(),
    inlineImageClass(),
    ...knownErrorClasses(),
    ...tagClasses(),
    ...serviceLevelClasses(),
    ...documentClasses(),
    ...workflowClasses(),
    ...customAssetClasses(people, sizes.tickets),
  ];
  return new Map(classes.map((storedClass) => [storedClass.name, storedClass]));
}
