import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ItopAnswer, startTestItop, type TestItop } from '../support/itop-simulator.ts';

const CAPTURES = join(import.meta.dirname, '../../../shared/itop/rest');
const hasCaptures = existsSync(CAPTURES);
if (!hasCaptures && process.env.CI) throw new Error(`The reference captures are missing: nothing at ${CAPTURES}`);
if (!hasCaptures) console.warn('Skipped: the reference captures of iTop are not beside this repository.');

interface CapturedCall {
  readonly request: { path: string; params: Record<string, string>; headers: Record<string, string> };
  readonly http_status: number;
  readonly content_type: string;
  readonly body: string;
}

function readCapture<T>(name: string): T {
  return JSON.parse(readFileSync(join(CAPTURES, name), 'utf8')) as T;
}

/** Taken before the last tickets of `UserRequest.json` were written, so it counts fewer. */
const OLDER_THAN_THE_DATA = 'restricted_org_user.json';

function capturedCalls(): readonly string[] {
  if (!hasCaptures) return [];
  const names = readdirSync(join(CAPTURES, 'errors'));
  return names.filter((name) => !name.startsWith('export_') && name !== OLDER_THAN_THE_DATA);
}

const CLASSES = [
  ['Organization', 'Organization.json'],
  ['Person', 'Person.json'],
  ['Team', 'Team.json'],
  ['lnkPersonToTeam', 'lnkPersonToTeam.json'],
  ['UserLocal', 'UserLocal.json'],
  ['User', 'UserLocal.json'],
  ['URP_Profiles', 'URP_Profiles.json'],
  ['URP_UserProfile', 'URP_UserProfile.json'],
  ['URP_UserOrg', 'URP_UserOrg.json'],
  ['ServiceFamily', 'ServiceFamily.json'],
  ['Service', 'Service.json'],
  ['ServiceSubcategory', 'ServiceSubcategory.json'],
  ['UserRequest', 'UserRequest.json'],
  ['lnkContactToTicket', 'lnkContactToTicket.json'],
  ['ModuleInstallation', 'ModuleInstallation.json'],
  ['Incident', 'Incident.json'],
  ['Problem', 'Problem.json'],
  ['RoutineChange', 'RoutineChange.json'],
  ['NormalChange', 'NormalChange.json'],
  ['EmergencyChange', 'EmergencyChange.json'],
  ['WorkOrder', 'WorkOrder.json'],
  ['Attachment', 'Attachment.json'],
  ['InlineImage', 'InlineImage.json'],
  ['Server', 'Server.json'],
  ['PC', 'PC.json'],
  ['Printer', 'Printer.json'],
  ['MobilePhone', 'MobilePhone.json'],
  ['NetworkDevice', 'NetworkDevice.json'],
  ['VirtualMachine', 'VirtualMachine.json'],
  ['ApplicationSolution', 'ApplicationSolution.json'],
  ['DBServer', 'DBServer.json'],
  ['lnkFunctionalCIToTicket', 'lnkFunctionalCIToTicket.json'],
  ['lnkContactToFunctionalCI', 'lnkContactToFunctionalCI.json'],
  ['FAQ', 'FAQ.json'],
  ['FAQCategory', 'FAQCategory.json'],
  ['KnownError', 'KnownError.json'],
  ['lnkErrorToFunctionalCI', 'lnkErrorToFunctionalCI.json'],
  ['lnkDocumentToError', 'lnkDocumentToError.json'],
  ['SLA', 'SLA.json'],
  ['SLT', 'SLT.json'],
  ['lnkSLAToSLT', 'lnkSLAToSLT.json'],
  ['CustomerContract', 'CustomerContract.json'],
  ['lnkCustomerContractToService', 'lnkCustomerContractToService.json'],
  ['DeliveryModel', 'DeliveryModel.json'],
  ['lnkDeliveryModelToContact', 'lnkDeliveryModelToContact.json'],
  ['DocumentFile', 'DocumentFile.json'],
  ['DocumentNote', 'DocumentNote.json'],
  ['DocumentWeb', 'DocumentWeb.json'],
  ['lnkDocumentToService', 'lnkDocumentToService.json'],
  ['lnkDocumentToFunctionalCI', 'lnkDocumentToFunctionalCI.json'],
  ['lnkContractToDocument', 'lnkContractToDocument.json'],
  ['DocumentType', 'DocumentType.json'],
  ['ContactType', 'ContactType.json'],
  ['ContractType', 'ContractType.json'],
  ['Location', 'Location.json'],
  ['lnkTriggerAction', 'lnkTriggerAction.json'],
  ['QueryOQL', 'QueryOQL.json'],
  ['CMDBChangeOpDelete', 'CMDBChangeOpDelete.json'],
  ['CMDBChangeOpAttachmentAdded', 'CMDBChangeOpAttachmentAdded.json'],
  ['CustomAsset', 'CustomAsset.json'],
  ['lnkCustomAssetToTicket', 'lnkCustomAssetToTicket.json'],
] as const;

/** The account of a log entry: an id, or 0 or null for a name without account. */
const LOG_USER_ID = new Set(['string', 'number', 'null']);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** JSON types by place: `public_log.entries[].user_id` → string, number, null. */
function collectTypes(value: unknown, place: string, types: Map<string, Set<string>>): void {
  const known = types.get(place) ?? new Set<string>();
  types.set(place, known.add(typeOf(value)));
  if (Array.isArray(value)) for (const item of value) collectTypes(item, `${place}[]`, types);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) collectTypes(item, `${place}.${name}`, types);
  }
}

function typesOf(answer: ItopAnswer): ReadonlyMap<string, ReadonlySet<string>> {
  const types = new Map<string, Set<string>>();
  for (const object of Object.values(answer.objects ?? {})) {
    for (const [name, value] of Object.entries(object)) collectTypes(value, name, types);
  }
  return types;
}

describe.skipIf(!hasCaptures)('the generated iTop against the captures of a real one', () => {
  let itop: TestItop;
  beforeAll(async () => {
    itop = await startTestItop();
  });
  afterAll(() => itop.close());

  test.each(CLASSES)('%s has the attributes of the real one, in its order and types', async (className, file) => {
    const isParent = className === 'User';
    const generated = await itop.call({
      operation: 'core/get',
      class: className,
      key: `SELECT ${className}`,
      output_fields: isParent ? '*+' : '*',
    });
    const captured = readCapture<ItopAnswer>(file);
    const fieldsOf = (answer: ItopAnswer) => Object.keys(Object.values(answer.objects ?? {})[0]?.fields ?? {});
    expect(fieldsOf(generated)).toEqual(fieldsOf(captured));
    const real = typesOf(captured);
    const strange = [...typesOf(generated)].flatMap(([place, types]) => {
      // Places the captures never show (an item of a set that is always empty there) cannot be compared.
      // Every log may hold mail replies; the captured private ones happen to hold none.
      const expected = place.endsWith('.user_id') ? LOG_USER_ID : real.get(place);
      return expected === undefined
        ? []
        : [...types].filter((type) => !expected.has(type)).map((type) => `${place}: ${type}`);
    });
    expect(strange).toEqual([]);
  });

  test('a parent class shows the attributes of the parent only', async () => {
    const answer = await itop.call({ operation: 'core/get', class: 'Ticket', key: 1, output_fields: '*' });
    expect(Object.keys(answer.objects?.['UserRequest::1']?.fields ?? {})).toHaveLength(31);
  });

  test('an unknown attribute is answered with the list the real one gives', async () => {
    const captured = readCapture<CapturedCall>('errors/oql_unknown_attribute.json');
    const fields = { ...captured.request.params, auth_pwd: itop.password };
    expect(await (await itop.post(fields)).text()).toBe(captured.body);
  });
});

/** The items of link sets are shown longer with `*+` than with `*`; the objects are served as `*` showed them. */
function withoutLinkSets(answer: ItopAnswer) {
  return Object.entries(answer.objects ?? {}).map(([name, { fields }]) => [
    name,
    Object.fromEntries(Object.entries(fields).filter(([code]) => !code.endsWith('_list'))),
  ]);
}

describe.skipIf(!hasCaptures)('the captures, served again', () => {
  let itop: TestItop;
  beforeAll(async () => {
    itop = await startTestItop({ captures: CAPTURES });
  });
  afterAll(() => itop.close());

  test.each(capturedCalls())('%s gets the answer the real iTop gave', async (name) => {
    const { request, body, http_status, content_type } = readCapture<CapturedCall>(`errors/${name}`);
    const secret = name.startsWith('bad_password') || name.startsWith('bad_basic') ? 'wrong' : itop.password;
    const fill = (values: Record<string, string>) =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value === '***' ? secret : value]));
    const headers = Object.fromEntries(Object.entries(request.headers)) as Record<string, string>;
    if (headers.Authorization) headers.Authorization = `Basic ${Buffer.from(`admin:${secret}`).toString('base64')}`;
    const isGet = request.path.includes('?');
    const url = `${itop.url}${request.path.replace('***', secret)}`;
    const response = await fetch(
      url,
      isGet ? { headers } : { method: 'POST', headers, body: new URLSearchParams(fill(request.params)) },
    );
    expect(response.status).toBe(http_status);
    expect(response.headers.get('content-type')).toBe(content_type);
    const text = await response.text();
    // Long bodies were cut when they were captured.
    if (body.length >= 4000) expect(text.startsWith(body)).toBe(true);
    else expect(text).toBe(body);
  });

  test.each(['Organization', 'Person', 'UserRequest', 'Incident', 'lnkFunctionalCIToTicket', 'FAQ', 'CustomAsset'])(
    'all objects of %s come back as they were captured',
    async (className) => {
      const answer = await itop.call({
        operation: 'core/get',
        class: className,
        key: `SELECT ${className}`,
        output_fields: '*',
      });
      expect(answer).toEqual(readCapture(`${className}.json`));
    },
  );

  test.each(['FunctionalCI', 'Change', 'User', 'Trigger'])(
    'the tree %s is composed of its final classes',
    async (name) => {
      const answer = await itop.call({
        operation: 'core/get',
        class: name,
        key: `SELECT ${name}`,
        output_fields: '*+',
      });
      expect(withoutLinkSets(answer)).toEqual(withoutLinkSets(readCapture(`${name}.plus.json`)));
    },
  );

  test('blobs that were cut are listed with their real size', async () => {
    expect(await itop.control('/missing-bytes')).toEqual(readCapture('_truncated_blobs.json'));
  });

  test('list_operations and check_credentials answer as the real ones', async () => {
    expect(await itop.call({ operation: 'list_operations' })).toEqual(readCapture('list_operations.json'));
    const check = (password: string) => itop.call({ operation: 'core/check_credentials', user: 'admin', password });
    expect(await check(itop.password)).toEqual(readCapture('check_credentials.ok.json'));
    expect(await check('wrong')).toEqual(readCapture('check_credentials.ko.json'));
  });
});
