import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { messageOf, RefusedError } from '../platform/errors.ts';
import type { ItopSettings } from '../platform/settings.ts';
import type { ClientCertificate } from './client.ts';

/**
 * The certificate that the settings name; undefined where they name none. Throws RefusedError where a file cannot be read, or where the
 * key, its passphrase and the certificate do not belong together.
 */
export function readClientCertificate(settings: ItopSettings): ClientCertificate | undefined {
  const { client_certificate: certificate, client_key: keyFile, client_key_passphrase: passphrase } = settings;
  if (certificate === undefined || keyFile === undefined) return undefined;
  const read = {
    cert: bytesOf('itop.client_certificate', certificate),
    key: bytesOf('itop.client_key', keyFile),
    passphrase,
  };
  try {
    createSecureContext(read);
  } catch (error) {
    throw refused(
      `The client certificate ${certificate} and the key ${keyFile} cannot be used: ${messageOf(error)}.`,
      'Both must be PEM files that belong together; a key with a passphrase needs ITOP_CLIENT_KEY_PASSPHRASE.',
      error,
    );
  }
  return read;
}

function bytesOf(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw refused(
      `The file of ${setting} cannot be read: ${messageOf(error)}.`,
      `Correct ${setting}, or make the file readable.`,
      error,
    );
  }
}

function refused(message: string, nextStep: string, cause: unknown): RefusedError {
  return new RefusedError(message, { stage: 'configuration', nextStep, cause });
}
