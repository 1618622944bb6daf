import { sql } from 'kysely';
import type pg from 'pg';
import { type Html, html } from '../../platform/html.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
import { fileSize } from '../../transform/preview/file-size.ts';

/** A file of iTop whose bytes are here. */
export interface StoredFile {
  /** The record that holds the bytes, and the attribute. */
  readonly key: string;
  readonly attribute: string;
  readonly name: string;
  readonly type: string | null;
  readonly bytes?: number | null;
}

/** The files of some records, as far as their bytes are here. */
export async function readStoredFiles(pool: pg.Pool, keys: readonly string[]): Promise<StoredFile[]> {
  if (keys.length === 0) return [];
  return warehouse(pool)
    .selectFrom('raw.blob_source')
    .select([
      'source_key as key',
      'attribute',
      sql<string>`coalesce(nullif(file_name, ''), attribute)`.as('name'),
      sql<string | null>`nullif(media_type, '')`.as('type'),
      sql<number | null>`byte_size::float8`.as('bytes'),
    ])
    .where('source_key', '=', anyOf(keys))
    .where('blob_hash', 'is not', null)
    .orderBy('source_key')
    .orderBy('attribute')
    .execute();
}

/** A file to save; a picture is shown. Its bytes decide that it is one. */
export function fileItem({ key, attribute, name, type, bytes }: StoredFile): Html {
  const address = `/file/${encodeURIComponent(key)}/${encodeURIComponent(attribute)}`;
  const picture = /^image\/(png|jpeg|gif)$/.test(type ?? '')
    ? html`<br><img src="${address}" alt="${name}" loading="lazy">`
    : '';
  return html`<li><a href="${address}">${name}</a> <small>${type ?? 'unknown type'}${bytes == null ? '' : `, ${fileSize(bytes)}`}</small>${picture}</li>`;
}

export const fileList = (files: readonly StoredFile[]): Html | string =>
  files.length === 0 ? '' : html`<ul class="files">${files.map(fileItem)}</ul>`;
