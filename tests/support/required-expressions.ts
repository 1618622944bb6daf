import { identityOf, nodeIn, nodesIn, numberIn, type TreeNode } from './node-tree.ts';
import { jsonOperators, strictFunctions, strictOperators } from './null-rules.ts';
import type { PostgresCatalogue } from './postgres-catalogue.ts';

/** Variables that `where` and inner joins compare with something, or require: null would not get through. */
export function requiredBy(catalogue: PostgresCatalogue, from: TreeNode | undefined): ReadonlySet<string> {
  const required = new Set<string>();
  const visit = (node: TreeNode | undefined): void => {
    if (node === undefined) return;
    if (node.tag === 'FROMEXPR') for (const part of nodesIn(node, 'fromlist')) visit(part);
    const joinType = node.tag === 'JOINEXPR' ? numberIn(node, 'jointype') : undefined;
    if (joinType === 0) visit(nodeIn(node, 'rarg'));
    // Of an outer join, the left side's own joins hold; its condition does not.
    if (joinType === 0 || joinType === 1) visit(nodeIn(node, 'larg'));
    if (node.tag === 'FROMEXPR' || joinType === 0) collectRequired(catalogue, nodeIn(node, 'quals'), required);
  };
  visit(from);
  return required;
}

function collectRequired(catalogue: PostgresCatalogue, condition: TreeNode | undefined, required: Set<string>): void {
  if (condition === undefined) return;
  const args = nodesIn(condition, 'args');
  if (condition.tag === 'BOOLEXPR' && condition.fields.get('boolop') === 'and')
    for (const part of args) collectRequired(catalogue, part, required);
  if (condition.tag === 'NULLTEST' && numberIn(condition, 'nulltesttype') === 1)
    requireFilled(catalogue, nodeIn(condition, 'arg'), required);
  if (condition.tag === 'SCALARARRAYOPEXPR') requireFilled(catalogue, args[0], required);
  requireFilled(catalogue, condition, required);
}

/** What an expression is made of by strict operators and functions is filled where it is. */
function requireFilled(catalogue: PostgresCatalogue, expression: TreeNode | undefined, required: Set<string>): void {
  if (expression === undefined) return;
  required.add(identityOf(expression));
  const operator = catalogue.operatorIn(expression);
  const called = catalogue.functionIn(expression, 'funcid');
  const isStrict = strictOperators.has(operator) || jsonOperators.has(operator) || strictFunctions.has(called);
  if (isStrict) for (const part of nodesIn(expression, 'args')) requireFilled(catalogue, part, required);
  if (expression.tag === 'RELABELTYPE' || expression.tag === 'COERCEVIAIO')
    requireFilled(catalogue, nodeIn(expression, 'arg'), required);
}
