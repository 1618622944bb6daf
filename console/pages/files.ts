import { Readable } from 'node:stream';
import type { NotNull } from 'kysely';
import { warehouse } from '../../platform/warehouse.ts';
import type { ConsoleApp } from '../console-app.ts';

/** Kinds of pictures that a browser shows without running anything in them, by the bytes they begin with. */
const pictures: readonly (readonly [type: string, begins: readonly number[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
];

/**
 * Bytes of attachments and pictures. What is no picture by its own bytes is only ever saved, whatever type iTop states, and no
 * page that would come of it may do anything.
 */
export function fileRoutes({ app, context }: ConsoleApp): void {
  app.get('/file/:key/:attribute', async (request) => {
    const rows = await warehouse(context.pool)
      .selectFrom('raw.blob_source')
      .select(['blob_hash', 'file_name'])
      .$narrowType<{ blob_hash: NotNull }>()
      .where('source_key', '=', request.req.param('key'))
      .where('attribute', '=', request.req.param('attribute'))
      .where('blob_hash', 'is not', null)
      .execute();
    const file = rows[0];
    const { blobs } = context;
    if (file === undefined || blobs === undefined || !(await blobs.has(file.blob_hash))) return request.notFound();
    const type = await pictureType(blobs.read(file.blob_hash));
    const name = encodeURIComponent(file.file_name === '' ? 'file' : file.file_name);
    return request.body(Readable.toWeb(blobs.read(file.blob_hash)) as ReadableStream, 200, {
      'Content-Type': type ?? 'application/octet-stream',
      'Content-Disposition': `${type === undefined ? 'attachment' : 'inline'}; filename*=UTF-8''${name}`,
    });
  });
}

async function pictureType(bytes: Readable): Promise<string | undefined> {
  for await (const piece of bytes) {
    const start = piece as Buffer;
    bytes.destroy();
    return pictures.find(([, begins]) => begins.every((byte, i) => start[i] === byte))?.[0];
  }
  return undefined;
}
