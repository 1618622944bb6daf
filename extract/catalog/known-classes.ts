import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import { coveringClasses, fieldLists, readFirst } from './field-lists.ts';

export interface KnownClass {
  readonly name: string;
  readonly root: string;
  readonly parent: string | undefined;
  readonly isConcrete: boolean;
  readonly isStandard: boolean;
  readonly unreadReason: string | undefined;
}

/** The class tree as `ops.itop_class` holds it, seen through the names that this iTop lists. What is added is stored. */
export class KnownClasses {
  private readonly pool: pg.Pool;
  private readonly classes: Map<string, KnownClass>;
  private readonly listed: Set<string>;

  private constructor(pool: pg.Pool, classes: Map<string, KnownClass>, listed: Set<string>) {
    this.pool = pool;
    this.classes = classes;
    this.listed = listed;
  }

  /** Without names every class counts as listed. */
  static async read(pool: pg.Pool, names: readonly string[] | undefined): Promise<KnownClasses> {
    const rows = await warehouse(pool)
      .selectFrom('ops.itop_class')
      .selectAll()
      .orderBy('class', (by) => by.collate('C'))
      .execute();
    const classes = new Map(
      rows.map((row) => [
        row.class,
        {
          name: row.class,
          root: row.root_class,
          parent: row.parent_class ?? undefined,
          isConcrete: row.is_concrete,
          isStandard: row.is_standard,
          unreadReason: row.unread_reason ?? undefined,
        },
      ]),
    );
    const known = new KnownClasses(pool, classes, new Set(names ?? classes.keys()));
    if (names !== undefined) await known.markThoseWithoutChildren();
    return known;
  }

  get(name: string): KnownClass | undefined {
    return this.classes.get(name);
  }

  all(): KnownClass[] {
    return [...this.classes.values()].filter(({ name }) => this.listed.has(name));
  }

  /** Classes of the tree that iTop does not list. */
  gone(): KnownClass[] {
    return [...this.classes.values()].filter(({ name }) => !this.listed.has(name));
  }

  children(name: string): KnownClass[] {
    return this.all().filter(({ parent }) => parent === name);
  }

  /** Tops of trees, which have a final class to ask for. */
  roots(): KnownClass[] {
    return this.all().filter(({ name, parent }) => parent === undefined && this.children(name).length > 0);
  }

  /** Classes of a tree that have objects of their own, as far as is known. */
  finalClasses(root: string): string[] {
    return this.all()
      .filter((one) => one.root === root && (one.isConcrete || this.children(one.name).length === 0))
      .map(({ name }) => name);
  }

  /**
   * Classes to be asked for their objects: all that have some of their own, but not those whose upper class tells all
   * that is wanted of them, nor those left out with a reason.
   */
  toRead(): string[] {
    const names = this.all()
      .filter(({ unreadReason }) => unreadReason === undefined)
      .filter(({ name }) => this.covering(name) === undefined)
      .filter(
        ({ name, isConcrete }) => isConcrete || coveringClasses.includes(name) || this.children(name).length === 0,
      )
      .map(({ name }) => name);
    const order = [...readFirst, ...fieldLists.keys()];
    const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
    return names.sort((a, b) => place(a) - place(b));
  }

  /** Adds a class that this iTop has and the standard model has not, below another or as the top of a tree. */
  async add(name: string, parent: string | undefined): Promise<void> {
    const above = parent === undefined ? undefined : this.classes.get(parent);
    const root = above?.root ?? name;
    // A standard class that had none below it may have objects of its own.
    if (above?.isStandard === true && this.children(above.name).length === 0) await this.markConcrete(above.name);
    await warehouse(this.pool)
      .insertInto('ops.itop_class')
      .values({
        class: name,
        root_class: root,
        parent_class: parent ?? null,
        is_standard: false,
        unread_reason: above?.unreadReason ?? null,
      })
      .onConflict((conflict) => conflict.column('class').doNothing())
      .execute();
    this.listed.add(name);
    this.classes.set(name, {
      name,
      root,
      parent,
      isConcrete: false,
      isStandard: false,
      unreadReason: above?.unreadReason,
    });
  }

  async markConcrete(name: string): Promise<void> {
    const known = this.classes.get(name);
    if (known === undefined || known.isConcrete) return;
    await warehouse(this.pool)
      .updateTable('ops.itop_class')
      .set({ is_concrete: true })
      .where('class', '=', name)
      .execute();
    this.classes.set(name, { ...known, isConcrete: true });
  }

  /** An upper class of the standard model below which this iTop has none is no upper class here: `Change` of simple change management. */
  private async markThoseWithoutChildren(): Promise<void> {
    const parents = new Set([...this.classes.values()].map(({ parent }) => parent));
    for (const { name } of this.all()) {
      if (parents.has(name) && this.children(name).length === 0) await this.markConcrete(name);
    }
  }

  private covering(name: string): string | undefined {
    for (let at = this.classes.get(name)?.parent; at !== undefined; at = this.classes.get(at)?.parent) {
      if (coveringClasses.includes(at)) return at;
    }
    return undefined;
  }
}
