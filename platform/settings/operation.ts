import { z } from 'zod';
import { defaultLeaseMs } from '../process-lease.ts';
import { described } from './setting.ts';

/* Where the tool works, what it leaves behind, and what it tolerates. */

export const databaseSection = z
  .strictObject({
    url: z
      .url({ protocol: /^postgres(ql)?$/ })
      .optional()
      .meta(
        described('Warehouse, Postgres 16 or newer. The embedded server is used when absent.', {
          example: 'postgres://user:password@db.example:5432/staging',
          environment: 'DATABASE_URL',
          isSecret: true,
        }),
      ),
    lease_ms: z
      .int()
      .min(500)
      .default(defaultLeaseMs)
      .meta(
        described(
          'A process that could not renew its lease in the database for so long, because it or the database was stopped, changes nothing in Intercom until it has the lease again. Other processes take over its work.',
        ),
      ),
  })
  .prefault({})
  .meta(described('The warehouse.'));

export const auditSection = z
  .strictObject({
    sign_off_days: z
      .int()
      .min(1)
      .max(365)
      .default(30)
      .meta(
        described(
          'Days for which the audit, the signed set-up sheet and the confirmed canary permit loads and deltas.',
        ),
      ),
  })
  .prefault({})
  .meta(described('The checks before a load.'));

export const blobsSection = z
  .strictObject({
    directory: z
      .string()
      .min(1)
      .optional()
      .meta(
        described('Directory of the bytes of files, stored by their hash; in the cache directory when absent.', {
          example: '/var/lib/itop-to-intercom/blobs',
        }),
      ),
    files: z
      .string()
      .min(1)
      .optional()
      .meta(
        described(
          "A directory with the files themselves (`Attachment/1.png`, `Attachment-1_name.png`), read instead of iTop's REST API.",
          { example: 'exports/files' },
        ),
      ),
    stated_sizes: z
      .string()
      .min(1)
      .optional()
      .meta(
        described(
          'JSON list of files with the size they had in iTop, to distinguish a file without bytes from an empty one.',
          {
            example: 'exports/sizes.json',
          },
        ),
      ),
    refused_types: z
      .array(z.string().regex(/^[a-z0-9]+$/, 'must look like exe'))
      .default([])
      .meta(
        described('File name endings that must not go to Intercom: such files are handed off (rule A3).', {
          example: ['exe', 'bat'],
        }),
      ),
  })
  .prefault({})
  .meta(described('Attachments and pictures.'));

export const kafkaSection = z
  .strictObject({
    brokers: z
      .array(z.string().regex(/^[^:]+:\d+$/, 'is not host:port'))
      .default([])
      .meta(
        described('Brokers through which the records go. When empty, extraction lands them in the warehouse itself.', {
          example: ['kafka1.example:9092', 'kafka2.example:9092'],
          environment: 'KAFKA_BROKERS',
        }),
      ),
  })
  .prefault({})
  .meta(described('The topics between extraction and landing.'));

export const deltaSection = z
  .strictObject({
    max_failures: z
      .int()
      .min(0)
      .default(0)
      .meta(described('Failed or blocked objects of a phase that neither close its gate nor make a delta red.')),
  })
  .prefault({})
  .meta(described('Repeated runs after the full load.'));

export const logSection = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .optional()
      .meta(
        described(
          'File to which events are appended, one line of JSON each: runs, steps, errors, with times and counts. `/dev/stderr` where a container collects it. No log when absent.',
          { example: 'itop-to-intercom.log' },
        ),
      ),
    level: z
      .enum(['debug', 'info', 'warn', 'error'])
      .default('info')
      .meta(described('Least severe events that are logged.')),
  })
  .prefault({})
  .meta(described('The log for machines; what a person reads is printed.'));

export const metricsSection = z
  .strictObject({
    textfile: z
      .string()
      .min(1)
      .optional()
      .meta(
        described(
          "File to which every command writes the state of the migration when it ends, for the textfile collector of Prometheus' node exporter. None when absent.",
          { example: '/var/lib/node_exporter/itop_to_intercom.prom' },
        ),
      ),
    listen: z
      .string()
      .regex(/^.+:\d{1,5}$/, 'is not host:port')
      .optional()
      .meta(
        described(
          'Address at which extract, land, load, delta, rollback and console serve the metrics for as long as they run, at /metrics, without a password: anything but 127.0.0.1 belongs behind a firewall. Not served when absent.',
          { environment: 'METRICS_LISTEN', example: '127.0.0.1:9464' },
        ),
      ),
  })
  .prefault({})
  .meta(described('Metrics for Prometheus, read from the warehouse.'));

export const reportSection = z
  .strictObject({
    directory: z
      .string()
      .min(1)
      .default('reports')
      .meta(described('Where each phase of a load writes its report, in a directory of the workspace.')),
  })
  .prefault({})
  .meta(described('Reports.'));
