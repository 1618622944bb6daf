import { blobOf, keyedClass, NO_BLOB, type StoredClass, type StoredFields } from '../generator/stored-class.ts';
import { ticketId } from '../generator/ticket-plan.ts';
import type { Capture } from './capture-objects.ts';
import type { ClassPlace } from './class-tree.ts';
import { classModel } from './generated-model.ts';

const itilChanges = ['RoutineChange', 'ApprovedChange', 'NormalChange', 'EmergencyChange'];

/** Classes that the site's modules and extensions bring, with what `*` shows of them. */
const ownClasses: readonly (readonly [...ClassPlace, attributes: string])[] = [
  ['AcmeThing', undefined, 'name org_id>Organization serial finalclass friendlyname org_id_friendlyname'],
  ['AcmeVehicle', 'AcmeThing', 'name org_id>Organization serial plate finalclass friendlyname org_id_friendlyname'],
  ['AcmeTool', 'AcmeThing', 'name org_id>Organization serial handbook! finalclass friendlyname org_id_friendlyname'],
  ['AcmeVisit', undefined, 'name visitor log friendlyname'],
  ['TemplateField', undefined, 'name template_id code label order input_type friendlyname'],
  ['AcmeForklift', 'PC', 'name description load finalclass friendlyname'],
];

const log = (text: string) => ({
  entries: [
    {
      date: '2024-05-06 10:11:12',
      user_login: 'Ada Berger',
      user_id: '20',
      message: text,
      message_html: `<p>${text}</p>`,
    },
  ],
});

/**
 * Makes of the generated site one that is unlike the standard: simple change management (a concrete `Change`), classes below
 * UserRequest and below a configuration item, a tree of its own, objects of standard classes that few sites fill, and on tickets
 * a case log of the site's own, answers of a customized request form, a file and a picture.
 */
export function oddSite(site: Capture): Capture {
  const models = new Map(site.models);
  const classes = new Map(site.classes);
  const requests = classes.get('UserRequest');
  const changes = classes.get('NormalChange');
  const changeModel = models.get('Change');
  const requestModel = models.get('UserRequest');
  if (requests === undefined || changes === undefined || changeModel === undefined || requestModel === undefined) {
    throw new Error('Only the generated site can be made odd');
  }
  for (const name of itilChanges) {
    classes.delete(name);
    models.delete(name);
  }
  classes.set('Change', { ...changes, name: 'Change' });
  const widened = {
    ...requestModel,
    attributes: [...requestModel.attributes, 'vendor_log', 'service_details', 'acme_offer', 'acme_sketch'],
    unfilterable: [...requestModel.unfilterable, 'service_details', 'acme_offer', 'acme_sketch'],
  };
  models.set('UserRequest', widened);
  models.set('AcmeRequest', { ...widened, name: 'AcmeRequest', attributes: [...widened.attributes, 'acme_site'] });
  classes.set('UserRequest', withExtras(requests));
  classes.set('AcmeRequest', requestsOfTheSite(requests));
  for (const [name, , attributes] of ownClasses) models.set(name, classModel(name, { attributes }));
  for (const [name, attributes] of Object.entries(seldomFilled)) models.set(name, classModel(name, { attributes }));
  for (const one of fewObjects()) classes.set(one.name, one);
  const added: ClassPlace[] = [
    ...ownClasses.map(([name, parent]): ClassPlace => [name, parent]),
    ['AcmeRequest', 'UserRequest'],
  ];
  return { ...site, classes, models, tree: site.tree.changed(itilChanges, added) };
}

/** Standard classes that have no list of fields of their own anywhere in this project. */
const seldomFilled: Readonly<Record<string, string>> = {
  Software: 'name vendor version type friendlyname',
  Group: 'name status org_id>Organization description type friendlyname org_id_friendlyname',
  ProviderContract:
    'name org_id>Organization description start_date end_date status sla finalclass friendlyname org_id_friendlyname',
  lnkApplicationSolutionToFunctionalCI:
    'applicationsolution_id>ApplicationSolution functionalci_id>FunctionalCI friendlyname applicationsolution_id_friendlyname functionalci_id_friendlyname',
  OSFamily: 'name finalclass friendlyname',
  Brand: 'name logo! finalclass friendlyname',
};

function fewObjects(): StoredClass[] {
  const objects = (name: string, rows: readonly StoredFields[], first = 1) =>
    keyedClass(name, new Map(rows.map((fields, index) => [first + index, fields])));
  const org_id = '1';
  return [
    objects('AcmeVehicle', [
      { name: 'Van', org_id, serial: 'V-1', plate: 'AB-123' },
      { name: 'Truck', org_id, serial: 'V-2', plate: '' },
    ]),
    objects(
      'AcmeTool',
      [{ name: 'Drill', org_id, serial: 'T-1', handbook: blobOf(Buffer.from('turn'), 'text/plain', 'h.txt') }],
      3,
    ),
    objects('TemplateField', [
      { name: 'Floor', template_id: '1', code: 'floor', label: 'On which floor?', order: '1', input_type: 'text' },
      { name: 'Badge', template_id: '1', code: 'badge', label: 'Is a badge needed?', order: '2', input_type: 'text' },
    ]),
    objects('AcmeVisit', [{ name: 'Monday', visitor: 'Ines', log: log('came by') }]),
    objects('AcmeForklift', [{ name: 'FL-1', description: 'yellow', load: '2' }], 9_001),
    objects('Software', [{ name: 'ERP', vendor: 'Acme', version: '1', type: 'OtherSoftware' }]),
    objects('Group', [{ name: 'Printers', status: 'production', org_id, description: '', type: '' }]),
    objects(
      'ProviderContract',
      [{ name: 'Line', org_id, description: '', start_date: '', end_date: '', status: 'production', sla: '' }],
      9_001,
    ),
    objects('lnkApplicationSolutionToFunctionalCI', [{ applicationsolution_id: '0', functionalci_id: '0' }]),
    objects('OSFamily', [{ name: 'Linux' }], 9_001),
    objects('Brand', [{ name: 'Acme', logo: blobOf(Buffer.from('logo'), 'image/png', 'acme.png') }], 9_010),
  ];
}

/** Some requests have an own log, answers of a form (an object, or the text of another module), a file and a picture. */
function withExtras(base: StoredClass): StoredClass {
  return { ...base, read: (id, withoutTexts) => ({ ...base.read(id, withoutTexts), ...extras(id) }) };
}

function extras(id: number): StoredFields {
  const isOdd = id % 2 === 1;
  return {
    vendor_log: id % 5 === 1 ? log(`vendor says ${id}`) : { entries: [] },
    service_details: isOdd
      ? { template_id: '1', values: { 'Request template': 'New desk', floor: String(id), badge: 'yes' } }
      : { template_id: '', values: [] },
    acme_offer: id % 7 === 1 ? blobOf(Buffer.from(`offer ${id}`), 'text/plain', `offer-${id}.txt`) : NO_BLOB,
    acme_sketch: id % 7 === 2 ? blobOf(Buffer.from(`sketch ${id}`), 'image/png', `sketch-${id}.png`) : NO_BLOB,
  };
}

/** Requests of the class that the site made below UserRequest: copies of the first ones, under ids that no ticket has. */
function requestsOfTheSite(requests: StoredClass): StoredClass {
  const count = 3;
  const first = 900_001;
  const original = (id: number): number => ticketId(id - first);
  const has = (id: number): boolean => id >= first && id < first + count && requests.has(original(id));
  return {
    name: 'AcmeRequest',
    idBound: first + count,
    has,
    *ids(from, to) {
      for (let id = Math.max(from, first); id < Math.min(to, first + count); id++) if (has(id)) yield id;
    },
    read: (id, withoutTexts) => ({
      ...requests.read(original(id), withoutTexts),
      ...extras(id),
      ref: `R-${id}`,
      acme_site: 'Lyon',
    }),
  };
}
