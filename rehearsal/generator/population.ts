import { profilesClass, userLocalClass, userOrgClass, userProfileClass } from './accounts.ts';
import { People, personClass, personToTeamClass, teamClass } from './contacts.ts';
import { organizationClass } from './organizations.ts';
import { moduleInstallationClass, serviceClass, serviceFamilyClass, serviceSubcategoryClass } from './services.ts';
import { type GeneratorSettings, sizesFor } from './settings.ts';
import type { StoredClass } from './stored-class.ts';
import { TicketPlanner } from './ticket-planner.ts';
import { contactToTicketClass, userRequestClass } from './tickets.ts';

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
  ];
  return new Map(classes.map((storedClass) => [storedClass.name, storedClass]));
}
