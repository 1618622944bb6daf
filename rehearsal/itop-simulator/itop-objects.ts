import type { OwnerKey, StoredFields, StoredValue } from '../generator/stored-class.ts';
import { type ClassModel, derivedCodes } from './class-model.ts';
import type { ClassTree } from './class-tree.ts';
import { ALL_IDS, type IdWindow, type Overlay } from './overlay.ts';

export type ShownValue = StoredValue | readonly Readonly<Record<string, unknown>>[];

/** Attributes whose text costs time to write; a query that does not name them leaves them out. */
const TEXT_CODES = new Set(['description', 'solution', 'public_log', 'private_log', 'contents', 'file']);
/** Date-times that REST normalises where the local time does not exist. */
const DATE_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** What iTop shows for the stored objects: fields read through keys, friendly names, flags and link sets are made here. */
export interface ItopObjects {
  readonly overlay: Overlay;
  readonly tree: ClassTree;
  readonly models: ReadonlyMap<string, ClassModel>;
  /** Moves a local time that does not exist in iTop's zone to the one PHP makes of it. */
  readonly normalise: (localTime: string) => string;
}

/** Existing objects of a class and its subclasses, as pairs of final class and id. */
export function* objectsOf(objects: ItopObjects, className: string, window: IdWindow): Iterable<ObjectView> {
  for (const finalClass of objects.tree.classAndDescendants(className)) {
    for (const id of objects.overlay.ids(finalClass, window)) yield new ObjectView(objects, finalClass, id);
  }
}

export function findObject(objects: ItopObjects, className: string, id: number): ObjectView | undefined {
  const finalClass = objects.tree.classAndDescendants(className).find((name) => objects.overlay.has(name, id));
  return finalClass === undefined ? undefined : new ObjectView(objects, finalClass, id);
}

/** One object, read as far as it is asked. */
export class ObjectView {
  readonly className: string;
  readonly id: number;
  private readonly objects: ItopObjects;
  private scalars: StoredFields | undefined;
  private all: StoredFields | undefined;

  constructor(objects: ItopObjects, className: string, id: number) {
    this.objects = objects;
    this.className = className;
    this.id = id;
  }

  /** The value of an attribute as REST shows it. */
  get(code: string): ShownValue {
    const value = this.column(code);
    return typeof value === 'string' && DATE_TIME.test(value) ? this.objects.normalise(value) : value;
  }

  /** The value as conditions see it: a local time that does not exist is compared as it is stored. */
  column(code: string): ShownValue {
    if (code === 'id') return String(this.id);
    const stored = this.stored(code);
    if (stored !== undefined) return stored;
    if (code === 'finalclass') return this.className;
    if (code === 'friendlyname') return this.friendlyName();
    if (code === 'obsolescence_flag') return this.stored('status') === 'inactive';
    const model = this.model();
    const path = model.externalFields[code];
    if (path !== undefined) {
      const [key = '', attribute = ''] = path.split('.');
      return this.target(key)?.get(attribute) ?? (attribute.endsWith('_id') ? '0' : '');
    }
    const linkSet = model.linkSets[code];
    if (linkSet !== undefined) return this.linkSet(linkSet.itemClass, linkSet.back);
    return this.derived(code);
  }

  /** Several attributes, in the order asked for. */
  pick(codes: readonly string[]): Record<string, ShownValue> {
    return Object.fromEntries(codes.map((code) => [code, this.get(code)]));
  }

  private model(): ClassModel {
    const model = this.objects.models.get(this.className);
    if (model === undefined) throw new Error(`The simulator has no model of class ${this.className}`);
    return model;
  }

  private stored(code: string): StoredValue | undefined {
    if (this.all === undefined && TEXT_CODES.has(code)) this.all = this.objects.overlay.read(this.className, this.id);
    if (this.all !== undefined) return this.all[code];
    this.scalars ??= this.objects.overlay.read(this.className, this.id, true);
    return this.scalars[code];
  }

  /** `caller_id_friendlyname` and its like, also behind a key that is itself read through another (`org_id` of an account). */
  private derived(code: string): ShownValue {
    const key = code.replace(/_(friendlyname|obsolescence_flag|archive_flag|finalclass_recall)$/, '');
    const target = this.target(key);
    if (target === undefined) return '';
    if (code.endsWith('_friendlyname')) return target.get('friendlyname');
    if (code.endsWith('_finalclass_recall')) return target.className;
    if (code.endsWith('_archive_flag')) return target.get('archive_flag') === true ? '1' : '';
    if (code.endsWith('_obsolescence_flag')) return target.get('obsolescence_flag') === true ? '1' : '';
    throw new Error(`The simulator cannot show ${this.className}.${code}`);
  }

  private target(key: string): ObjectView | undefined {
    const targetClass = this.model().keys[key] ?? this.classThroughKey(key);
    if (targetClass === undefined) throw new Error(`The simulator knows no external key ${this.className}.${key}`);
    const id = Number(this.get(key));
    return id > 0 ? findObject(this.objects, targetClass, id) : undefined;
  }

  /** Class of a key that is itself read through another one, as `provider_id` of a contract's link. */
  private classThroughKey(code: string): string | undefined {
    const [key = '', attribute = ''] = this.model().externalFields[code]?.split('.') ?? [];
    const through = this.objects.models.get(this.model().keys[key] ?? '')?.keys[attribute];
    return through ?? (code.endsWith('org_id') ? 'Organization' : undefined);
  }

  private friendlyName(): string {
    const text = (code: string) => String(this.get(code));
    switch (this.className) {
      case 'Person':
        return `${text('first_name')} ${text('name')}`;
      case 'UserLocal':
        return text('login');
      case 'FAQ':
        return text('title');
      case 'Attachment':
      case 'InlineImage':
        return `${text('item_class')} ${text('temp_id')}`;
      case 'CMDBChange':
        return text('date');
      case 'CustomAsset':
        return `${text('name')} ${text('asset_code')}`;
      case 'lnkContactToTicket':
        return `${text('contact_name')} / ${text('ticket_ref')}`;
      case 'lnkPersonToTeam':
        return `${text('person_id_friendlyname')} / ${text('team_name')}`;
      case 'URP_UserProfile':
        return `Link between ${text('userlogin')} and ${text('profile')}`;
      case 'URP_UserOrg':
        return `Link between ${text('userlogin')} and ${text('allowed_org_name')}`;
      case 'ModuleInstallation':
        return `${text('name')} ${text('version')}`;
      default:
        if (this.objects.tree.rootClass(this.className) === 'Ticket') return text('ref');
        if (this.className.startsWith('CMDBChangeOp')) return text('change');
        if (this.className.startsWith('Trigger')) return text('description');
        if (this.className.startsWith('TagSetFieldData')) return text('label');
        if (this.className.startsWith('lnk')) return this.linkName();
        return text('name');
    }
  }

  /** A link is named after its two ends. */
  private linkName(): string {
    const keys = Object.keys(this.model().keys).slice(0, 2);
    return keys.map((key) => String(this.target(key)?.get('friendlyname') ?? '')).join(' / ');
  }

  /** Items of a link set: without their id and without the key back to the owner, as iTop shows them. */
  private linkSet(itemClass: string, back: string): readonly Record<string, ShownValue>[] {
    const model = this.objects.models.get(itemClass);
    if (model === undefined) return [];
    const hidden = new Set([back, ...derivedCodes(back)]);
    for (const [code, path] of Object.entries(model.externalFields)) {
      if (path.startsWith(`${back}.`)) for (const name of [code, ...derivedCodes(code)]) hidden.add(name);
    }
    const codes = model.attributes.filter((code) => !hidden.has(code));
    const items: Record<string, ShownValue>[] = [];
    const perOwner = this.objects.overlay.storedClass(itemClass)?.ownerKey;
    const window = windowOfOwner(perOwner, back, this.id);
    for (const item of objectsOf(this.objects, itemClass, window)) {
      if (item.get(back) === String(this.id)) items.push(item.pick(codes));
    }
    return items;
  }
}

function windowOfOwner(ownerKey: OwnerKey | undefined, attribute: string, owner: number): IdWindow {
  if (ownerKey?.attribute !== attribute) return ALL_IDS;
  return { from: owner * ownerKey.idsPerOwner, to: (owner + 1) * ownerKey.idsPerOwner };
}
