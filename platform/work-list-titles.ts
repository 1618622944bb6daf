/** Titles of the work lists of the console, by the name in their address. What is written for people elsewhere names them by these. */
export const workListTitles = {
  unexplained: 'What is not accounted for',
  failures: 'Failures',
  differences: 'Differences',
  rollback: 'What a rollback cannot take back',
  merges: 'People who become one contact',
  teammates: 'Agents of iTop',
  articles: 'Articles to review',
  undecided: 'Undecided classes and attributes',
  findings: 'Findings of the audit and the extraction',
  values: 'Values that do not move as they are',
  files: 'Files with a fault',
  missing: 'People and organizations that are missing',
  unread: 'Records that could not be read',
  exports: 'Exports that differ from the REST API',
  logs: 'Logs to review',
} as const;

export type WorkListName = keyof typeof workListTitles;

/** Where all rows of something are, for people: the command that opens the console, and the list in it. */
export const inWorkList = (name: WorkListName): string =>
  `itop-to-intercom console, work list "${workListTitles[name]}"`;
