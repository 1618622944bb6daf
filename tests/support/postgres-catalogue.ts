import type pg from 'pg';
import { numberIn, type TreeNode } from './node-tree.ts';

export interface Relation {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly isRequired: boolean }[];
  readonly definition?: string;
}

/** Relations, operators and functions of a database, by the numbers that parsed queries name them by. */
export class PostgresCatalogue {
  readonly relations = new Map<number, Relation>();
  readonly ids = new Map<string, number>();
  readonly #procedures = new Map<number, string>();
  readonly #operators = new Map<number, string>();

  static async read(database: pg.Pool | pg.ClientBase): Promise<PostgresCatalogue> {
    const catalogue = new PostgresCatalogue();
    const relations = await database.query<{
      oid: number;
      name: string;
      columns: { name: string; isRequired: boolean }[];
      definition: string | null;
    }>(
      `select c.oid, c.oid::regclass::text as name, w.ev_action::text as definition,
         (select jsonb_agg(jsonb_build_object('name', a.attname, 'isRequired', a.attnotnull) order by a.attnum)
          from pg_attribute a where a.attrelid = c.oid and a.attnum > 0) as columns
       from pg_class c left join pg_rewrite w on w.ev_class = c.oid and w.rulename = '_RETURN'
       where c.relkind in ('r', 'p', 'v') and c.relnamespace not in ('pg_toast'::regnamespace, 'information_schema'::regnamespace)`,
    );
    for (const { oid, name, columns, definition } of relations.rows) {
      catalogue.relations.set(oid, { name, columns: columns ?? [], ...(definition !== null && { definition }) });
      catalogue.ids.set(name, oid);
    }
    const names = await database.query<{ kind: string; oid: number; name: string }>(
      `select 'procedure' as kind, oid, proname::text as name from pg_proc where pronamespace = 'pg_catalog'::regnamespace
       union all select 'operator', oid, oprname::text from pg_operator where oprnamespace = 'pg_catalog'::regnamespace`,
    );
    for (const { kind, oid, name } of names.rows)
      (kind === 'procedure' ? catalogue.#procedures : catalogue.#operators).set(oid, name);
    return catalogue;
  }

  /** Name of the function whose number stands in a field; empty where there is none, or it is none of Postgres's own. */
  functionIn(node: TreeNode, field: string): string {
    return this.#procedures.get(numberIn(node, field)) ?? '';
  }

  operatorIn(node: TreeNode): string {
    return this.#operators.get(numberIn(node, 'opno')) ?? '';
  }
}
