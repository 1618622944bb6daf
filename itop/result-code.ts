/**
 * Result codes of iTop's REST API. iTop answers every REST error with HTTP 200 and one of these in `code`;
 * the texts are what each one means to a client that only reads.
 */
export const resultCodes: ReadonlyMap<number, string> = new Map([
  [0, 'ok'],
  [1, 'the account is refused, or may not read the class'],
  [2, 'the parameter version is missing'],
  [3, 'the parameter json_data is missing'],
  [4, 'json_data is not JSON'],
  [5, 'the user is missing'],
  [6, 'the password is missing'],
  [10, 'this version of the REST API is not supported'],
  [11, 'the operation is unknown'],
  [12, 'the deletion is unsafe'],
  [13, 'the page number is below 1'],
  [100, 'iTop could not answer the query'],
]);
