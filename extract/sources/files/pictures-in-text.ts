import type pg from 'pg';
import type { BlobStore } from '../../../platform/blob-store.ts';
import type { Envelope } from '../../topics/envelope.ts';
import { sourceKeyOf } from '../../topics/envelope.ts';
import { writeBlobSource } from './write-blob-source.ts';

/** A picture that stands in a text as `data:image/...;base64,...`. */
export interface PictureInText {
  /** `Ticket::83#private_log/0!1`, or `Ticket::83#description!1`: counted from 1 in each text. */
  readonly sourceKey: string;
  readonly attribute: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

const dataImage = /data:(image\/[\w.+-]+)(?:;[\w=-]+)*;base64,([A-Za-z0-9+/=\s]*)/g;

/** The pictures in the texts and log entries of an object, as iTop gave its fields. */
function* picturesIn(sourceKey: string, fields: Readonly<Record<string, unknown>>): Generator<PictureInText> {
  for (const [code, value] of Object.entries(fields)) {
    if (typeof value === 'string') yield* inText(`${sourceKey}#${code}`, code, value);
    const entries = (value as { entries?: unknown } | null)?.entries;
    if (!Array.isArray(entries)) continue;
    for (const [index, entry] of entries.entries()) {
      const html = (entry as { message_html?: unknown }).message_html;
      if (typeof html === 'string') yield* inText(`${sourceKey}#${code}/${index}`, 'message_html', html);
    }
  }
}

function* inText(place: string, attribute: string, text: string): Generator<PictureInText> {
  if (!text.includes('data:image/')) return;
  let number = 0;
  for (const [, mediaType = '', base64 = ''] of text.matchAll(dataImage)) {
    number++;
    yield { sourceKey: `${place}!${number}`, attribute, mediaType, bytes: Buffer.from(base64, 'base64') };
  }
}

/** Stores the pictures in an object's texts. Most objects hold none, which one look at the bytes tells. */
export async function storePictures(
  pool: pg.Pool,
  store: BlobStore,
  envelope: Envelope,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (!envelope.payload.includes('data:image/')) return;
  for (const { sourceKey, attribute, mediaType, bytes } of picturesIn(sourceKeyOf(envelope), fields)) {
    const { hash, size } = await store.put(oneBy(bytes));
    await writeBlobSource(pool, {
      source_key: sourceKey,
      attribute,
      blob_hash: hash,
      byte_size: size,
      stated_size: null,
      file_name: `picture.${mediaType.slice('image/'.length).replace(/\W.*/, '')}`,
      media_type: mediaType,
      finding: size === 0 ? 'empty file' : null,
    });
  }
}

async function* oneBy(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
