import type pg from 'pg';
import {
  isNode,
  isTrue,
  nodeIn,
  nodesIn,
  numberIn,
  parseNodeTree,
  type TreeNode,
  type TreeValue,
} from './node-tree.ts';

/** What can be said of a column of a relation or query. */
export interface ColumnFact {
  /** False only where it is proven that no row has null here. */
  readonly isNullable: boolean;
  /** The table's column that its values are taken from unchanged. */
  readonly origin?: { readonly relation: string; readonly column: string };
}

const nullable: ColumnFact = { isNullable: true };
const filled: ColumnFact = { isNullable: false };

/** Functions of Postgres that give null for null only. */
const strictFunctions = new Set(
  `abs array_append array_cat array_remove array_to_string btrim cardinality ceil char_length clock_timestamp convert_from convert_to
  current_database date_trunc decode encode floor format hashtext initcap jsonb_array_length jsonb_typeof left length lower lpad ltrim
  make_interval md5 now octet_length regexp_replace repeat replace right round rpad rtrim sha256 split_part starts_with
  statement_timestamp string_to_array strpos substr timezone to_char to_json to_jsonb to_timestamp transaction_timestamp translate
  trunc upper`.split(/\s+/),
);

/** Functions that give something whatever they are given. */
const alwaysFilled = new Set([
  'concat',
  'concat_ws',
  'jsonb_build_array',
  'jsonb_build_object',
  'num_nulls',
  'num_nonnulls',
  'count',
]);

/** Operators of Postgres that give null for null only; `->` and its like are none of them. */
const strictOperators = new Set(
  '= <> < <= > >= + - * / % || ~ !~ ~* !~* ~~ !~~ ~~* !~~* @> <@ ? ?| ?& && ^@ ~<~ ~>~'.split(' '),
);

const aggregatesOfAny = new Set(['array_agg', 'jsonb_agg', 'json_agg', 'jsonb_object_agg', 'json_object_agg']);
const aggregatesOfFilled = new Set([
  'min',
  'max',
  'sum',
  'avg',
  'bool_and',
  'bool_or',
  'every',
  'string_agg',
  'any_value',
]);
const rankings = new Set(['row_number', 'rank', 'dense_rank', 'count', 'ntile', 'percent_rank', 'cume_dist']);
/** Set-returning functions whose columns are never null. */
const filledSets = new Set([
  'generate_series',
  'jsonb_array_elements',
  'jsonb_object_keys',
  'jsonb_each',
  'regexp_split_to_table',
  'string_to_table',
]);

const rangeKind = { relation: 0, subquery: 1, join: 2, function: 3, values: 5, cte: 6, group: 9 };
const subLinkKind = { exists: 0, expression: 4, array: 6 };

/** A query inside the queries around it, which its variables and common table expressions may name. */
interface Scope {
  readonly query: TreeNode;
  readonly outer?: Scope;
  /** `varno.varattno` of the columns that the query's own conditions require to be filled. */
  readonly required: ReadonlySet<string>;
}

interface Relation {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly isRequired: boolean }[];
  readonly definition?: string;
}

/**
 * Says which columns of relations and views can be null. The catalogue has no such thing for a view: it is worked out from the
 * parsed query that Postgres keeps of it, where each variable names the outer joins that may make it null (Postgres 16 and later).
 * What is not proven to be filled counts as nullable.
 */
export class ColumnFacts {
  readonly #relations = new Map<number, Relation>();
  readonly #ids = new Map<string, number>();
  readonly #procedures = new Map<number, string>();
  readonly #operators = new Map<number, string>();
  readonly #known = new Map<number, readonly ColumnFact[]>();
  readonly #knownQueries = new Map<TreeNode, readonly ColumnFact[]>();
  readonly #underWay = new Set<TreeNode>();

  static async read(database: pg.Pool | pg.ClientBase): Promise<ColumnFacts> {
    const facts = new ColumnFacts();
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
       where c.relkind in ('r', 'p', 'v') and c.relnamespace not in ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)`,
    );
    for (const { oid, name, columns, definition } of relations.rows) {
      facts.#relations.set(oid, { name, columns: columns ?? [], ...(definition !== null && { definition }) });
      facts.#ids.set(name, oid);
    }
    const names = await database.query<{ kind: string; oid: number; name: string }>(
      `select 'procedure' as kind, oid, proname::text as name from pg_proc where pronamespace = 'pg_catalog'::regnamespace
       union all select 'operator', oid, oprname::text from pg_operator where oprnamespace = 'pg_catalog'::regnamespace`,
    );
    for (const { kind, oid, name } of names.rows)
      (kind === 'procedure' ? facts.#procedures : facts.#operators).set(oid, name);
    return facts;
  }

  /** The facts of a relation's columns, in their order. */
  ofRelation(name: string): readonly ColumnFact[] {
    const id = this.#ids.get(name);
    return id === undefined ? [] : this.#ofRelation(id);
  }

  /** The facts of a query's columns; `tree` is a rule's action, as `pg_rewrite.ev_action` has it. */
  ofQuery(tree: string): readonly ColumnFact[] {
    const [query] = parseNodeTree(tree) as readonly TreeValue[];
    return isNode(query) ? this.#ofQuery(query) : [];
  }

  #ofRelation(id: number): readonly ColumnFact[] {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const relation = this.#relations.get(id);
    if (relation === undefined) return [];
    const facts = relation.definition === undefined ? this.#ofTable(relation) : this.ofQuery(relation.definition);
    this.#known.set(id, facts);
    return facts;
  }

  /** A materialised relation has no constraints of its own; its rows are those of the view that defines it. */
  #ofTable({ name, columns }: Relation): readonly ColumnFact[] {
    const definition = this.#ids.get(`${name}_definition`);
    const defined = definition === undefined ? [] : this.#ofRelation(definition);
    return columns.map(({ name: column, isRequired }, index) => {
      const computed = defined[index] ?? nullable;
      return { isNullable: !isRequired && computed.isNullable, origin: computed.origin ?? { relation: name, column } };
    });
  }

  #ofQuery(query: TreeNode, outer?: Scope): readonly ColumnFact[] {
    const known = this.#knownQueries.get(query);
    if (known !== undefined) return known;
    const facts = this.#computeQuery(query, outer);
    // What is said inside a recursive query rests on an assumption until its end.
    if (this.#underWay.size === 0) this.#knownQueries.set(query, facts);
    return facts;
  }

  #computeQuery(query: TreeNode, outer?: Scope): readonly ColumnFact[] {
    const scope: Scope = { query, required: this.#requiredBy(nodeIn(query, 'jointree')), ...(outer && { outer }) };
    const operations = nodeIn(query, 'setOperations');
    if (operations !== undefined) return this.#ofSetOperation(operations, scope);
    return nodesIn(query, 'targetList')
      .filter((entry) => !isTrue(entry, 'resjunk'))
      .map((entry) => this.#of(nodeIn(entry, 'expr'), scope));
  }

  #ofSetOperation(operation: TreeNode, scope: Scope): readonly ColumnFact[] {
    if (operation.tag === 'RANGETBLREF') {
      const arm = nodesIn(scope.query, 'rtable')[numberIn(operation, 'rtindex') - 1];
      const query = arm && nodeIn(arm, 'subquery');
      return query === undefined ? [] : this.#ofQuery(query, scope);
    }
    const [left, right] = ['larg', 'rarg'].map((side) => {
      const arm = nodeIn(operation, side);
      return arm === undefined ? [] : this.#ofSetOperation(arm, scope);
    });
    return (left ?? []).map((fact, index) => both(fact, right?.[index] ?? nullable));
  }

  /** Variables that `where` and inner joins compare with something, or require: null would not get through. */
  #requiredBy(from: TreeNode | undefined): ReadonlySet<string> {
    const required = new Set<string>();
    const visit = (node: TreeNode | undefined): void => {
      if (node === undefined) return;
      if (node.tag === 'FROMEXPR') for (const part of nodesIn(node, 'fromlist')) visit(part);
      const joinType = node.tag === 'JOINEXPR' ? numberIn(node, 'jointype') : undefined;
      if (joinType === 0) visit(nodeIn(node, 'rarg'));
      // Of an outer join, the left side's own joins hold; its condition does not.
      if (joinType === 0 || joinType === 1) visit(nodeIn(node, 'larg'));
      if (node.tag === 'FROMEXPR' || joinType === 0) this.#collectRequired(nodeIn(node, 'quals'), required);
    };
    visit(from);
    return required;
  }

  #collectRequired(condition: TreeNode | undefined, required: Set<string>): void {
    if (condition === undefined) return;
    const args = nodesIn(condition, 'args');
    if (condition.tag === 'BOOLEXPR' && condition.fields.get('boolop') === 'and')
      for (const part of args) this.#collectRequired(part, required);
    const tested = nodeIn(condition, 'arg');
    if (condition.tag === 'NULLTEST' && numberIn(condition, 'nulltesttype') === 1) addVariable(tested, required);
    const operator = this.#operators.get(numberIn(condition, 'opno')) ?? '';
    if (condition.tag === 'OPEXPR' && strictOperators.has(operator)) for (const arg of args) addVariable(arg, required);
    if (condition.tag === 'SCALARARRAYOPEXPR') addVariable(args[0], required);
    addVariable(condition, required);
  }

  #of(expression: TreeNode | undefined, scope: Scope): ColumnFact {
    if (expression === undefined) return nullable;
    if (expression.tag === 'VAR') return this.#ofVariable(expression, scope);
    if (expression.tag === 'RELABELTYPE') return this.#of(nodeIn(expression, 'arg'), scope);
    return this.#isFilled(expression, scope) ? filled : nullable;
  }

  #isFilled(expression: TreeNode, scope: Scope): boolean {
    const isFilled = (node: TreeNode | undefined): boolean => !this.#of(node, scope).isNullable;
    const args = nodesIn(expression, 'args');
    switch (expression.tag) {
      case 'CONST':
        return !isTrue(expression, 'constisnull');
      case 'COERCEVIAIO':
      case 'ARRAYCOERCEEXPR':
      case 'COLLATEEXPR':
        return isFilled(nodeIn(expression, 'arg'));
      case 'COALESCEEXPR':
      case 'MINMAXEXPR':
        return args.some(isFilled);
      case 'CASEEXPR':
        return isFilled(nodeIn(expression, 'defresult')) && args.every((arm) => isFilled(nodeIn(arm, 'result')));
      case 'NULLTEST':
      case 'BOOLEANTEST':
      case 'DISTINCTEXPR':
      case 'ARRAYEXPR':
      case 'ROWEXPR':
      case 'SQLVALUEFUNCTION':
        return true;
      case 'BOOLEXPR':
        return args.every(isFilled);
      case 'OPEXPR':
        return strictOperators.has(this.#operators.get(numberIn(expression, 'opno')) ?? '') && args.every(isFilled);
      case 'SCALARARRAYOPEXPR':
        return isListOfFilled(args[1], isFilled) && isFilled(args[0]);
      case 'FUNCEXPR':
        return this.#isFilledCall(expression, isFilled);
      case 'AGGREF':
        return this.#isFilledAggregate(expression, scope, isFilled);
      case 'WINDOWFUNC':
        return rankings.has(this.#procedures.get(numberIn(expression, 'winfnoid')) ?? '');
      case 'SUBLINK':
        return this.#isFilledSubLink(expression, scope);
      default:
        return false;
    }
  }

  #isFilledCall(call: TreeNode, isFilled: (node: TreeNode) => boolean): boolean {
    if (isTrue(call, 'funcretset')) return false;
    const name = this.#procedures.get(numberIn(call, 'funcid')) ?? '';
    const isCast = name !== '' && numberIn(call, 'funcformat') > 0 && numberIn(call, 'funcformat') < 3;
    if (alwaysFilled.has(name)) return true;
    return (isCast || strictFunctions.has(name)) && nodesIn(call, 'args').every(isFilled);
  }

  /** An aggregate over groups sees a row at least; one over a whole table may see none. */
  #isFilledAggregate(call: TreeNode, scope: Scope, isFilled: (node: TreeNode | undefined) => boolean): boolean {
    const name = this.#procedures.get(numberIn(call, 'aggfnoid')) ?? '';
    if (name === 'count') return true;
    const seesRows =
      nodesIn(scope.query, 'groupClause').length > 0 &&
      nodesIn(scope.query, 'groupingSets').length === 0 &&
      nodeIn(call, 'aggfilter') === undefined &&
      numberIn(call, 'agglevelsup') === 0;
    if (!seesRows) return false;
    const [first] = nodesIn(call, 'args');
    return aggregatesOfAny.has(name) || (aggregatesOfFilled.has(name) && isFilled(first && nodeIn(first, 'expr')));
  }

  #isFilledSubLink(link: TreeNode, scope: Scope): boolean {
    const kind = numberIn(link, 'subLinkType');
    if (kind === subLinkKind.exists || kind === subLinkKind.array) return true;
    const query = nodeIn(link, 'subselect');
    if (kind !== subLinkKind.expression || query === undefined) return false;
    // One row comes of an aggregate without groups, whatever there is to read.
    const isOneRow =
      isTrue(query, 'hasAggs') &&
      ['groupClause', 'havingQual', 'limitCount', 'limitOffset'].every(
        (clause) => query.fields.get(clause) === undefined,
      );
    return isOneRow && this.#ofQuery(query, scope)[0]?.isNullable === false;
  }

  #ofVariable(variable: TreeNode, scope: Scope): ColumnFact {
    let at: Scope | undefined = scope;
    for (let level = numberIn(variable, 'varlevelsup'); level > 0; level--) at = at?.outer;
    if (at === undefined) return nullable;
    const place = numberIn(variable, 'varno');
    const column = numberIn(variable, 'varattno');
    const entry = nodesIn(at.query, 'rtable')[place - 1];
    const fact = entry === undefined ? nullable : this.#ofRangeColumn(entry, column, at);
    const nulling = variable.fields.get('varnullingrels');
    const isNulled = Array.isArray(nulling) && nulling.length > 1;
    const isNullable = (isNulled || fact.isNullable) && !at.required.has(`${place}.${column}`);
    return { ...fact, isNullable };
  }

  #ofRangeColumn(entry: TreeNode, column: number, scope: Scope): ColumnFact {
    if (column === 0) return filled;
    switch (numberIn(entry, 'rtekind')) {
      case rangeKind.relation:
        return this.#ofRelation(numberIn(entry, 'relid'))[column - 1] ?? nullable;
      case rangeKind.subquery: {
        const query = nodeIn(entry, 'subquery');
        return (query && this.#ofQuery(query, scope)[column - 1]) ?? nullable;
      }
      case rangeKind.join:
        return this.#of(nodesIn(entry, 'joinaliasvars')[column - 1], scope);
      case rangeKind.group:
        return nodesIn(scope.query, 'groupingSets').length > 0
          ? nullable
          : this.#of(nodesIn(entry, 'groupexprs')[column - 1], scope);
      case rangeKind.function:
        return this.#ofFunctionColumn(entry, column);
      case rangeKind.values:
        return this.#ofValues(entry, column, scope);
      case rangeKind.cte:
        return this.#ofCommonTable(entry, column, scope);
      default:
        return nullable;
    }
  }

  #ofFunctionColumn(entry: TreeNode, column: number): ColumnFact {
    const [only, ...others] = nodesIn(entry, 'functions');
    if (only === undefined || others.length > 0) return nullable;
    const count = numberIn(only, 'funccolcount');
    if (isTrue(entry, 'funcordinality') && column === count + 1) return filled;
    const call = nodeIn(only, 'funcexpr');
    const name = call === undefined ? '' : (this.#procedures.get(numberIn(call, 'funcid')) ?? '');
    return filledSets.has(name) || (name === 'jsonb_each_text' && column === 1) ? filled : nullable;
  }

  #ofValues(entry: TreeNode, column: number, scope: Scope): ColumnFact {
    const rows = entry.fields.get('values_lists');
    if (!Array.isArray(rows)) return nullable;
    const cells = rows.map((row) => (Array.isArray(row) ? row[column - 1] : undefined) as TreeValue);
    return cells.every((cell) => isNode(cell) && !this.#of(cell, scope).isNullable) ? filled : nullable;
  }

  #ofCommonTable(entry: TreeNode, column: number, scope: Scope): ColumnFact {
    let at: Scope | undefined = scope;
    for (let level = numberIn(entry, 'ctelevelsup'); level > 0; level--) at = at?.outer;
    const table =
      at &&
      nodesIn(at.query, 'cteList').find((candidate) => candidate.fields.get('ctename') === entry.fields.get('ctename'));
    const query = table && nodeIn(table, 'ctequery');
    if (table === undefined || query === undefined) return nullable;
    if (!isTrue(table, 'cterecursive')) return this.#ofQuery(query, at)[column - 1] ?? nullable;
    // A recursive one: what holds of its start, and of each step if it held before, holds of all.
    if (this.#underWay.has(query)) return filled;
    this.#underWay.add(query);
    try {
      return this.#ofQuery(query, at)[column - 1] ?? nullable;
    } finally {
      this.#underWay.delete(query);
    }
  }
}

function both(left: ColumnFact, right: ColumnFact): ColumnFact {
  const isNullable = left.isNullable || right.isNullable;
  const isSame = left.origin?.relation === right.origin?.relation && left.origin?.column === right.origin?.column;
  return { isNullable, ...(isSame && left.origin !== undefined && { origin: left.origin }) };
}

function addVariable(node: TreeNode | undefined, required: Set<string>): void {
  if (node?.tag !== 'VAR' || numberIn(node, 'varlevelsup') !== 0) return;
  required.add(`${numberIn(node, 'varno')}.${numberIn(node, 'varattno')}`);
}

/** `= any (array[...])` gives null where nothing matches and an element is null. */
function isListOfFilled(list: TreeNode | undefined, isFilled: (node: TreeNode) => boolean): boolean {
  if (list?.tag === 'ARRAYEXPR') return nodesIn(list, 'elements').every(isFilled);
  return list?.tag === 'CONST';
}
