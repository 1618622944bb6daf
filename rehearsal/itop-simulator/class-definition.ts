export interface Definition {
  /** `code` alone is stored; `code!` stored without a filter code; `code>Class` is an external key; `code=key.attribute` an external field; `code*Item.back` a link set. */
  readonly attributes: string;
  readonly stopWatches?: readonly string[];
}
