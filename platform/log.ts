import pino from 'pino';

/**
 * Log of the tool on standard error; standard output belongs to results.
 *
 * Whatever is logged by mistake under these names is hidden: secrets never reach a log.
 */
export const log = pino(
  {
    base: null,
    level: 'warn',
    redact: {
      paths: ['password', '*.password', 'token', '*.token', 'authorization', '*.authorization'],
      censor: '[hidden]',
    },
  },
  pino.destination({ fd: 2, sync: true }),
);
