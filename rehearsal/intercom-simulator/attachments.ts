import { parameterInvalid } from './api-error.ts';
import type { Attachment } from './objects.ts';
import { type Fields, fieldsOf, requiredText } from './request-fields.ts';
import type { Workspace } from './workspace.ts';

const MOST_FILES = 10;

/** Only name, type and size of the files are kept: that is what a check can look at, and the bytes would fill the memory. */
export function attachmentsIn({ switches }: Workspace, fields: Fields): readonly Attachment[] {
  const files = [...filesIn(fields.attachment_files), ...urlsIn(fields.attachment_urls)];
  const refused = files.find(
    (file) => switches.fileTypes === 'no_executables' && /\.(exe|bat|msi|js)$/i.test(file.name),
  );
  if (refused !== undefined) throw parameterInvalid(`attachment_files: file type of ${refused.name} is not supported`);
  return switches.fileNames === 'kept' ? files : files.map(changed);
}

/** A file whose name was made safe for addresses; a picture is also stored again. */
function changed(file: Attachment): Attachment {
  const isPicture = file.contentType.startsWith('image/');
  return {
    ...file,
    name: file.name.replaceAll(/[^\w.-]+/g, '_'),
    filesize: isPicture ? Math.ceil(file.filesize * 0.9) : file.filesize,
  };
}

function filesIn(files: unknown): Attachment[] {
  return listIn(files, 'attachment_files').map((file) => {
    const parts = fieldsOf(file, ['content_type', 'name', 'data'], 'attachment file');
    const data = requiredText(parts, 'data');
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data) || data.length % 4 !== 0) throw parameterInvalid('data must be base64');
    const filesize = Buffer.from(data, 'base64').length;
    return { name: requiredText(parts, 'name'), contentType: requiredText(parts, 'content_type'), filesize };
  });
}

/** The simulator fetches nothing: addresses are kept by their last segment. */
function urlsIn(urls: unknown): Attachment[] {
  return listIn(urls, 'attachment_urls').map((url) => {
    if (typeof url !== 'string' || !URL.canParse(url)) throw parameterInvalid('attachment_urls must be addresses');
    return { name: new URL(url).pathname.split('/').at(-1) ?? '', contentType: 'image/png', filesize: 0 };
  });
}

function listIn(value: unknown, name: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw parameterInvalid(`${name} must be a list`);
  if (value.length > MOST_FILES) throw parameterInvalid(`${name} has at most ${MOST_FILES} entries`);
  return value;
}
