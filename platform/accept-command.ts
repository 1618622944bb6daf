/** One failed check, or one object that could not be loaded, as `reconcile accept` names it. */
export interface Acceptable {
  readonly phase: string;
  /** Name of the check, or class of the error. */
  readonly check: string;
  readonly targetKey: string;
}

/** The command that accepts one difference or failure and nothing else: the only place that writes it. */
export const acceptCommand = ({ phase, check, targetKey }: Acceptable): string =>
  `itop-to-intercom reconcile accept --phase ${phase} --check "${quoted(check)}" --target-key "${quoted(targetKey)}" --by NAME --reason WHY`;

/** Between double quotes of a shell. */
const quoted = (word: string): string => word.replace(/[\\"$`]/g, '\\$&');
