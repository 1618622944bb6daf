import { z } from 'zod';
import {
  attachmentsSection,
  handoffSection,
  mappingSection,
  markerSection,
  scopeSection,
  snoozeSection,
} from './settings/content.ts';
import { intercomSection } from './settings/intercom.ts';
import { itopSection } from './settings/itop.ts';
import {
  auditSection,
  blobsSection,
  databaseSection,
  deltaSection,
  kafkaSection,
  logSection,
  metricsSection,
  reportSection,
} from './settings/operation.ts';

/**
 * The sections of the configuration file. docs/configuration.md, the example file and the list of environment variables are made from
 * them: a setting is described where it is defined, and nowhere else. Throws nothing: `safeParse` lists all faults.
 */
export const settingsSchema = z.strictObject({
  database: databaseSection,
  itop: itopSection,
  intercom: intercomSection,
  mapping: mappingSection,
  audit: auditSection,
  blobs: blobsSection,
  kafka: kafkaSection,
  delta: deltaSection,
  log: logSection,
  metrics: metricsSection,
  report: reportSection,
  handoff: handoffSection,
  marker: markerSection,
  snooze: snoozeSection,
  attachments: attachmentsSection,
  scope: scopeSection,
});
