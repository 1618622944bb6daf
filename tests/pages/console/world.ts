import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type RunningConsole, startConsole } from '../../../console/server.ts';
import { openBlobStore } from '../../../platform/blob-store.ts';
import { openProgress } from '../../../platform/progress.ts';
import { projectRoot } from '../../../platform/project-root.ts';
import { loadSettings } from '../../../platform/settings.ts';
import { runPropose } from '../../../transform/mapping/run-propose.ts';
import { runTransform } from '../../../transform/run-transform.ts';
import { operatorOf } from '../../../workflow/operator.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type GivenObject, landObjects } from '../../support/land-objects.ts';
import { silentContext } from '../../support/silent-context.ts';

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: join(projectRoot, 'tests/cases/settings.yaml'),
});
const readCase = (path: string): Record<string, GivenObject> =>
  JSON.parse(readFileSync(join(projectRoot, 'tests/cases', path), 'utf8')) as Record<string, GivenObject>;

const hostile = `<script>window.pwned = 1</script><img src=x onerror="window.pwned = 2"><a href="javascript:window.pwned=3">x</a></article></main><plaintext>`;
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
export const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>window.pwned = 4</script></svg>');

/** A ticket, its caller and an organization whose every text is an attack, beside the ordinary world of the cases. */
function given(): Record<string, GivenObject> {
  const model = readCase('k1-attributes-by-mapping/given.json')['Ticket::100'];
  const world = readCase('world.json');
  const acme = { ...world['Organization::1']?.fields, overview: 'long '.repeat(100) };
  const entry = {
    date: '2024-01-11 09:00:00',
    user_login: hostile,
    user_id: 0,
    message: hostile,
    message_html: `<p>words</p>${hostile}`,
  };
  return {
    ...world,
    'Organization::1': { class: 'Organization', fields: acme },
    'Ticket::100': {
      class: 'UserRequest',
      fields: {
        ...model?.fields,
        title: hostile,
        description: `<p>Hello</p>${hostile}`,
        public_log: { entries: [entry] },
        private_log: { entries: [entry] },
      },
    },
    'Attachment::7': {
      class: 'Attachment',
      fields: {
        item_class: 'UserRequest',
        item_id: '100',
        creation_date: '2024-01-11 09:00:00',
        contents: { filename: hostile, mimetype: 'image/svg+xml' },
      },
    },
  };
}

/** The warehouse that all tests of the console look at: made once, because that takes longer than they do. */
export const world = {} as { database: TestDatabase; directory: string };

/** Makes the world before the tests of a file, and removes it after them. */
export function useConsoleWorld(): void {
  beforeAll(async () => {
    const database = await createTestDatabase();
    const directory = mkdtempSync(join(tmpdir(), 'console-'));
    Object.assign(world, { database, directory });
    await landObjects(database.pool, given());
    const blobs = await openBlobStore(directory);
    const put = (bytes: Buffer) =>
      blobs.put(
        (async function* () {
          yield bytes;
        })(),
      );
    const { hash, size } = await put(svg);
    const picture = await put(png);
    await database.pool.query(
      `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, stated_size, file_name, media_type)
       values ('Attachment::7', 'contents', $1, $2, $2, $3, 'image/svg+xml'),
         ('Contact::10', 'picture', $4, $5, $5, 'ada.png', 'image/png'), ('Organization::1', 'logo', $4, $5, $5, 'acme.png', 'image/png')`,
      [hash, size, hostile, picture.hash, picture.size],
    );
    await runTransform(database.pool, settings, openProgress('silent'));
    await database.pool.query(
      `insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w1', $1, 'http://intercom.example', '1');`,
      [hostile],
    );
    await database.pool.query(
      `insert into ops.sample (target_key, target_type, source_key, position) values ('Ticket::100', 'conversation', 'Ticket::100', 1)`,
    );
    await database.pool.query(
      `insert into ops.finding (stage, code, subject, severity, finding, next_step) values ('audit', 'x', $1, 'warning', $1, '=cmd|calc')`,
      [hostile],
    );
    await runPropose({
      pool: database.pool,
      file: join(directory, 'mapping.yaml'),
      residency: 'eu',
      snoozeUntil: null,
      snoozeSpreadDays: 0,
    });
  });
  afterAll(async () => {
    rmSync(world.directory, { recursive: true });
    await world.database.drop();
  });
}

/** The mapping file of the world. */
export const mappingFile = (): string => join(world.directory, 'mapping.yaml');

export async function open(
  options: {
    readonly isReadOnly?: boolean;
    readonly of?: TestDatabase;
    readonly mapping?: string;
    readonly port?: number;
  } = {},
): Promise<RunningConsole> {
  const file = options.mapping ?? mappingFile();
  return startConsole({
    pool: (options.of ?? world.database).pool,
    isReadOnly: options.isReadOnly ?? false,
    blobs: await openBlobStore(world.directory),
    mappingFile: file,
    operator: operatorOf(silentContext(options.of ?? world.database, { ...settings, mapping: { file } })),
    host: '127.0.0.1',
    port: options.port ?? 0,
  });
}

/** Logs in as a browser does; gives the cookie and the address. */
export async function enter(running: RunningConsole): Promise<{ readonly origin: string; readonly cookie: string }> {
  const answer = await fetch(running.address(), { redirect: 'manual' });
  return {
    origin: new URL(running.address()).origin,
    cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
  };
}
