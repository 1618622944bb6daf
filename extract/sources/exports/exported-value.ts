/** Thrown for a value that has no form in REST; says why. */
export class BadValue extends Error {}

/** A cell of a CSV file or the text of an XML element; a set of tags is a list of texts. */
export type Exported = string | readonly string[];

/** Brings a value of an attribute into the form in which iTop's REST API gives it (`itop/FACTS.md` section 3). */
export type Convert = (value: Exported) => unknown;
