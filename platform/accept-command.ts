/** One failed check, or one object that could not be loaded, as `reconcile accept` names it. */
export interface Acceptable {
  readonly phase: string;
  /** Name of the check, or class of the error. */
  readonly check: string;
  readonly targetKey: string;
}

/** The command that accepts one difference or failure and nothing else: the only place that writes it. */
export const acceptCommand = ({ phase, check, targetKey }: Acceptable): string =>
  `itop-to-intercom reconcile accept --phase ${phase} --check ${quoted(check)} --target-key ${quoted(targetKey)} --by NAME --reason WHY`;

/**
 * One word of a shell. Between double quotes an interactive shell still replaces what follows an exclamation mark, and a value from iTop
 * is nothing to run: only between single quotes everything stays as it is.
 */
const quoted = (word: string): string =>
  /[\\"$`!\p{Cc}]/u.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : `"${word}"`;
