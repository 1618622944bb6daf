/** A node of a parsed query as Postgres writes it (`pg_node_tree`): `{VAR :varno 1 :varattno 2}`. */
export interface TreeNode {
  readonly tag: string;
  readonly fields: ReadonlyMap<string, TreeValue>;
}

/** A scalar as its text, a list, a node, or undefined for `<>`. */
export type TreeValue = string | readonly TreeValue[] | TreeNode | undefined;

/** Reads the text of a `pg_node_tree` (Postgres: src/backend/nodes/read.c). */
export function parseNodeTree(text: string): TreeValue {
  const tokens = text.match(/[(){}]|(?:\\.|[^\s(){}\\])+/gs) ?? [];
  let at = 0;

  function readValue(): TreeValue {
    const token = tokens[at++];
    if (token === '(') return readList();
    if (token === '{') return readNode();
    if (token === '<>') return undefined;
    return token?.replace(/\\(.)/gs, '$1');
  }

  function readList(): TreeValue[] {
    const items: TreeValue[] = [];
    while (tokens[at] !== ')') items.push(readValue());
    at++;
    return items;
  }

  function readNode(): TreeNode {
    const tag = tokens[at++] ?? '';
    const fields = new Map<string, TreeValue>();
    while (tokens[at] !== '}') {
      const name = tokens[at++] ?? '';
      fields.set(name.slice(1), readValue());
      // The bytes of a constant, `4 [ 16 0 0 0 ]`, are several tokens; no rule needs them.
      while (tokens[at] !== '}' && !tokens[at]?.startsWith(':')) at++;
    }
    at++;
    return { tag, fields };
  }

  return readValue();
}

export function isNode(value: TreeValue): value is TreeNode {
  return typeof value === 'object' && !Array.isArray(value);
}

/** A field that is a node. */
export function nodeIn(node: TreeNode, field: string): TreeNode | undefined {
  const value = node.fields.get(field);
  return isNode(value) ? value : undefined;
}

/** The nodes of a field that is a list; none where it is empty. */
export function nodesIn(node: TreeNode, field: string): readonly TreeNode[] {
  const value = node.fields.get(field);
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function numberIn(node: TreeNode, field: string): number {
  return Number(node.fields.get(field));
}

export function isTrue(node: TreeNode, field: string): boolean {
  return node.fields.get(field) === 'true';
}

/** Equal for expressions that give the same, wherever they stand in the text. */
export function identityOf(expression: TreeNode): string {
  return JSON.stringify(expression, (_, value) =>
    value instanceof Map ? [...value].filter(([name]) => name !== 'location') : value,
  );
}
