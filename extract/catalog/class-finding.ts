import type { Finding } from '../../platform/findings.ts';
import type { ReadableClass } from './class-tree.ts';

/** The same findings with the class they are about as data: who decides by class asks it, not the subject, which is for people. */
export function findingsOf({ name, rootClass }: ReadableClass, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({ ...finding, class: name, rootClass }));
}
