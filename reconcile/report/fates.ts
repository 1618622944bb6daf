/** What can become of an object, in the order of the reports: what moved, what stays behind for a reason, what is not done. */
export const fates = [
  'loaded',
  'merged',
  'handed_off',
  'reference',
  'excluded',
  'deleted_at_source',
  'pending',
  'blocked',
  'failed',
] as const;
