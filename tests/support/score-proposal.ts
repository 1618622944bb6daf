import type { Mapping } from '../../transform/mapping/mapping-schema.ts';

/** What a proposal should say: destinations of classes, and homes of attributes by class; `*_x` stands for every name that ends so. */
export interface AnswerKey {
  readonly classes: Readonly<Record<string, readonly string[]>>;
  readonly everywhere: Readonly<Record<string, readonly string[]>>;
  readonly attributes: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

interface Share {
  asked: number;
  right: number;
  misses: string[];
}

/** Compares a proposal with a key. Attributes the key asks for but the proposal lacks count as wrong. */
export function scoreProposal(mapping: Mapping, key: AnswerKey): { classes: Share; attributes: Share } {
  const classes: Share = { asked: 0, right: 0, misses: [] };
  for (const [destination, names] of Object.entries(key.classes)) {
    for (const name of names) count(classes, name, destination, mapping.classes[name]?.to);
  }
  const attributes: Share = { asked: 0, right: 0, misses: [] };
  for (const [name, byHome] of Object.entries(key.attributes)) {
    const proposed = mapping.classes[name]?.attributes ?? {};
    const asked = new Set(Object.values(byHome).flat());
    for (const [home, codes] of Object.entries(byHome)) {
      for (const code of codes) count(attributes, `${name}.${code}`, home, proposed[code]?.home);
    }
    for (const [home, patterns] of Object.entries(key.everywhere)) {
      for (const code of Object.keys(proposed)) {
        const isMeant = patterns.some((pattern) =>
          pattern.startsWith('*') ? code.endsWith(pattern.slice(1)) : code === pattern,
        );
        if (isMeant && !asked.has(code)) count(attributes, `${name}.${code}`, home, proposed[code]?.home);
      }
    }
  }
  return { classes, attributes };
}

function count(share: Share, name: string, expected: string, actual: string | undefined): void {
  share.asked += 1;
  if (actual === expected) share.right += 1;
  else share.misses.push(`${name}: ${expected} expected, ${actual ?? 'nothing'} proposed`);
}
