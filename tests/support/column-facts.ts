import type pg from 'pg';
import {
  identityOf,
  isNode,
  isTrue,
  nodeIn,
  nodesIn,
  numberIn,
  parseNodeTree,
  type TreeNode,
  type TreeValue,
} from './node-tree.ts';
import {
  aggregatesOfAny,
  aggregatesOfFilled,
  alwaysFilled,
  filledSets,
  rankings,
  strictFunctions,
  strictOperators,
} from './null-rules.ts';
import { PostgresCatalogue, type Relation } from './postgres-catalogue.ts';
import { requiredBy } from './required-expressions.ts';

/** What can be said of a column of a relation or query. */
export interface ColumnFact {
  /** False only where it is proven that no row has null here. */
  readonly isNullable: boolean;
  /** The table's column that its values are taken from unchanged. */
  readonly origin?: { readonly relation: string; readonly column: string };
}

const nullable: ColumnFact = { isNullable: true };
const filled: ColumnFact = { isNullable: false };

const rangeKind = { relation: 0, subquery: 1, join: 2, function: 3, values: 5, cte: 6, group: 9 };
const subLinkKind = { exists: 0, expression: 4, array: 6 };

/** A query inside the queries around it, which its variables and common table expressions may name. */
interface Scope {
  readonly query: TreeNode;
  readonly outer?: Scope;
  /** Expressions that the query's own conditions require to be filled, by what identifies them. */
  readonly required: ReadonlySet<string>;
}

/**
 * Says which columns of relations and views can be null. The catalogue has no such thing for a view: it is worked out from the
 * parsed query that Postgres keeps of it, where each variable names the outer joins that may make it null (Postgres 16 and later).
 * What is not proven to be filled counts as nullable.
 */
export class ColumnFacts {
  readonly #catalogue: PostgresCatalogue;
  readonly #known = new Map<number, readonly ColumnFact[]>();
  readonly #knownQueries = new Map<TreeNode, readonly ColumnFact[]>();
  readonly #underWay = new Set<TreeNode>();

  private constructor(catalogue: PostgresCatalogue) {
    this.#catalogue = catalogue;
  }

  static async read(database: pg.Pool | pg.ClientBase): Promise<ColumnFacts> {
    return new ColumnFacts(await PostgresCatalogue.read(database));
  }

  /** The facts of a relation's columns, in their order. */
  ofRelation(name: string): readonly ColumnFact[] {
    const id = this.#catalogue.ids.get(name);
    return id === undefined ? [] : this.#ofRelation(id);
  }

  /** The facts of a query's columns; `tree` is a rule's action, as `pg_rewrite.ev_action` has it. */
  ofQuery(tree: string): readonly ColumnFact[] {
    const [query] = parseNodeTree(tree) as readonly TreeValue[];
    return isNode(query) ? this.#ofQuery(query) : [];
  }

  /** The columns of a statement's result; `tree` is the body of a function of SQL, as `pg_proc.prosqlbody` has it. */
  ofStatement(tree: string): { name: string; isNullable: boolean }[] {
    const [[statement] = []] = parseNodeTree(tree) as readonly (readonly TreeValue[])[];
    if (!isNode(statement)) return [];
    const returned = nodesIn(statement, 'returningList');
    const entries = (returned.length > 0 ? returned : nodesIn(statement, 'targetList')).filter(
      (entry) => !isTrue(entry, 'resjunk'),
    );
    const facts = this.#ofQuery(statement);
    return entries.map((entry, index) => ({
      name: String(entry.fields.get('resname')),
      isNullable: facts[index]?.isNullable ?? true,
    }));
  }

  #ofRelation(id: number): readonly ColumnFact[] {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const relation = this.#catalogue.relations.get(id);
    if (relation === undefined) return [];
    const facts = relation.definition === undefined ? this.#ofTable(relation) : this.ofQuery(relation.definition);
    this.#known.set(id, facts);
    return facts;
  }

  /** A materialised relation has no constraints of its own; its rows are those of the view that defines it. */
  #ofTable({ name, columns }: Relation): readonly ColumnFact[] {
    const definition = this.#catalogue.ids.get(`${name}_definition`);
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
    const scope: Scope = {
      query,
      required: requiredBy(this.#catalogue, nodeIn(query, 'jointree')),
      ...(outer && { outer }),
    };
    const operations = nodeIn(query, 'setOperations');
    if (operations !== undefined) return this.#ofSetOperation(operations, scope);
    const isRead = numberIn(query, 'commandType') === 1;
    return nodesIn(query, isRead ? 'targetList' : 'returningList')
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

  #of(expression: TreeNode | undefined, scope: Scope): ColumnFact {
    if (expression === undefined) return nullable;
    if (expression.tag === 'VAR') return this.#ofVariable(expression, scope);
    if (expression.tag === 'RELABELTYPE') return this.#of(nodeIn(expression, 'arg'), scope);
    return scope.required.has(identityOf(expression)) || this.#isFilled(expression, scope) ? filled : nullable;
  }

  #isFilled(expression: TreeNode, scope: Scope): boolean {
    const isFilled = (node: TreeNode | undefined): boolean => !this.#of(node, scope).isNullable;
    const args = nodesIn(expression, 'args');
    switch (expression.tag) {
      case 'PARAM':
        // What is passed is the caller's to know.
        return true;
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
        return strictOperators.has(this.#catalogue.operatorIn(expression)) && args.every(isFilled);
      case 'SCALARARRAYOPEXPR':
        return isListOfFilled(args[1], isFilled) && isFilled(args[0]);
      case 'FUNCEXPR':
        return this.#isFilledCall(expression, isFilled);
      case 'AGGREF':
        return this.#isFilledAggregate(expression, scope, isFilled);
      case 'WINDOWFUNC':
        return rankings.has(this.#catalogue.functionIn(expression, 'winfnoid'));
      case 'SUBSCRIPTINGREF':
        // A slice of an array is an array, if an empty one; an element may not be there.
        return nodesIn(expression, 'reflowerindexpr').length > 0 && isFilled(nodeIn(expression, 'refexpr'));
      case 'SUBLINK':
        return this.#isFilledSubLink(expression, scope);
      default:
        return false;
    }
  }

  #isFilledCall(call: TreeNode, isFilled: (node: TreeNode) => boolean): boolean {
    if (isTrue(call, 'funcretset')) return false;
    const name = this.#catalogue.functionIn(call, 'funcid');
    const isCast = name !== '' && numberIn(call, 'funcformat') > 0 && numberIn(call, 'funcformat') < 3;
    if (alwaysFilled.has(name)) return true;
    return (isCast || strictFunctions.has(name)) && nodesIn(call, 'args').every(isFilled);
  }

  /** An aggregate over groups sees a row at least; one over a whole table may see none. */
  #isFilledAggregate(call: TreeNode, scope: Scope, isFilled: (node: TreeNode | undefined) => boolean): boolean {
    const name = this.#catalogue.functionIn(call, 'aggfnoid');
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
    const at = scopeAt(scope, numberIn(variable, 'varlevelsup'));
    const fact = this.#ofSource(variable, scope);
    const nulling = variable.fields.get('varnullingrels');
    const isNulled = Array.isArray(nulling) && nulling.length > 1;
    // The conditions of the query that it belongs to see it at level 0.
    const own = { tag: variable.tag, fields: new Map([...variable.fields, ['varlevelsup', '0']]) };
    const isNullable = (isNulled || fact.isNullable) && !at?.required.has(identityOf(own));
    return { ...fact, isNullable };
  }

  /** What a variable is before outer joins add rows without it. */
  #ofSource(variable: TreeNode, scope: Scope): ColumnFact {
    const at = scopeAt(scope, numberIn(variable, 'varlevelsup'));
    const entry = at && nodesIn(at.query, 'rtable')[numberIn(variable, 'varno') - 1];
    return at === undefined || entry === undefined
      ? nullable
      : this.#ofRangeColumn(entry, numberIn(variable, 'varattno'), at);
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
        return this.#ofJoinColumn(entry, column, scope);
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

  #ofJoinColumn(entry: TreeNode, column: number, scope: Scope): ColumnFact {
    const value = nodesIn(entry, 'joinaliasvars')[column - 1];
    const isMergedByFullJoin = numberIn(entry, 'jointype') === 2 && value?.tag === 'COALESCEEXPR';
    if (!isMergedByFullJoin) return this.#of(value, scope);
    // A row has one side at least.
    const sides = nodesIn(value, 'args').map((side) => (side.tag === 'VAR' ? this.#ofSource(side, scope) : nullable));
    return sides.every((side) => !side.isNullable) ? filled : nullable;
  }

  #ofFunctionColumn(entry: TreeNode, column: number): ColumnFact {
    const [only, ...others] = nodesIn(entry, 'functions');
    if (only === undefined || others.length > 0) return nullable;
    const count = numberIn(only, 'funccolcount');
    if (isTrue(entry, 'funcordinality') && column === count + 1) return filled;
    const call = nodeIn(only, 'funcexpr');
    const name = call === undefined ? '' : this.#catalogue.functionIn(call, 'funcid');
    return filledSets.has(name) || (name === 'jsonb_each_text' && column === 1) ? filled : nullable;
  }

  #ofValues(entry: TreeNode, column: number, scope: Scope): ColumnFact {
    const rows = entry.fields.get('values_lists');
    if (!Array.isArray(rows)) return nullable;
    const cells = rows.map((row) => (Array.isArray(row) ? row[column - 1] : undefined) as TreeValue);
    return cells.every((cell) => isNode(cell) && !this.#of(cell, scope).isNullable) ? filled : nullable;
  }

  #ofCommonTable(entry: TreeNode, column: number, scope: Scope): ColumnFact {
    const at = scopeAt(scope, numberIn(entry, 'ctelevelsup'));
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

function scopeAt(scope: Scope, levelsUp: number): Scope | undefined {
  return levelsUp === 0 ? scope : scope.outer && scopeAt(scope.outer, levelsUp - 1);
}

function both(left: ColumnFact, right: ColumnFact): ColumnFact {
  const isNullable = left.isNullable || right.isNullable;
  const isSame = left.origin?.relation === right.origin?.relation && left.origin?.column === right.origin?.column;
  return { isNullable, ...(isSame && left.origin !== undefined && { origin: left.origin }) };
}

/** `= any (array[...])` gives null where nothing matches and an element is null. */
function isListOfFilled(list: TreeNode | undefined, isFilled: (node: TreeNode) => boolean): boolean {
  if (list?.tag === 'ARRAYEXPR') return nodesIn(list, 'elements').every(isFilled);
  return list?.tag === 'CONST';
}
