import { PROVIDER_ORG } from './organizations.ts';
import { listedClass, type StoredClass } from './stored-class.ts';

const NO_ICON = { data: '', mimetype: '', filename: '', downloads_count: 0 } as const;
const FAMILIES = ['Infrastructure', 'Poste de travail', 'Réseau & Télécom'];
const SERVICES = [
  ['Messagerie', 2],
  ['Impression', 2],
  ['VPN / accès distant', 3],
  ['ERP', 1],
  ['Telefonie', 3],
  ['Laptop', 2],
  ['Datenbank', 1],
] as const;
const KINDS = ['Broken', 'Ask', 'New', 'Move'];

export const SERVICE_COUNT = SERVICES.length;
export const SUBCATEGORIES_PER_SERVICE = KINDS.length;

export function serviceFamilyClass(): StoredClass {
  return listedClass(
    'ServiceFamily',
    FAMILIES.map((name) => ({ name, icon: NO_ICON })),
  );
}

export function serviceClass(): StoredClass {
  return listedClass(
    'Service',
    SERVICES.map(([name, family]) => ({
      name,
      org_id: String(PROVIDER_ORG),
      servicefamily_id: String(family),
      description: `Service ${name}\nligne 2`,
      status: name === 'ERP' ? 'obsolete' : 'production',
      icon: NO_ICON,
    })),
  );
}

export function serviceSubcategoryClass(): StoredClass {
  return listedClass(
    'ServiceSubcategory',
    SERVICES.flatMap(([name], service) =>
      KINDS.map((kind) => ({
        name: `${name} – ${kind}`,
        description: 'xx',
        service_id: String(service + 1),
        request_type: kind === 'Broken' ? 'incident' : 'service_request',
        status: 'production',
      })),
    ),
  );
}

/** Id of one of the subcategories of a service (1 to 7). */
export function subcategoryId(service: number, kind: number): number {
  return (service - 1) * KINDS.length + kind + 1;
}

/** The versions an administrator can read: the data model and iTop itself, then modules. */
export function moduleInstallationClass(): StoredClass {
  const installed = '2024-01-02 09:12:10';
  const module = (name: string, version: string, parent: string, comment: string) => ({
    name,
    version,
    installed,
    comment,
    parent_id: parent,
  });
  const done = 'Done by the setup program\nMandatory\nVisible (during the setup)';
  return listedClass('ModuleInstallation', [
    module('datamodel', '3.2.0', '0', '{"source_dir":"datamodels\\/2.x\\/"}'),
    module('iTop', '3.2.0-dev-svn', '0', 'Done by the setup program\nBuilt on $WCNOW$'),
    module('authent-local', '3.2.0', '2', done),
    module('itop-tickets', '3.2.0', '2', done),
    module('itop-request-mgmt-itil', '3.2.0', '2', done),
    module('itop-service-mgmt-provider', '3.2.0', '2', done),
    module('itop-attachments', '3.2.0', '2', done),
  ]);
}
