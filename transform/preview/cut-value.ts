/** SQL of a value as pages show it: `length` characters at most, with an ellipsis where more follow. */
export const cutValue = (text: string, length = 300): string =>
  `case when length(${text}) > ${length} then left(${text}, ${length}) || '…' else ${text} end`;
