import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RefusedError } from '../../platform/errors.ts';

/**
 * Claims the one place of rehearsals for this process until `release`: a second rehearsal would end the first. A claim of a process
 * that is gone holds nobody up.
 *
 * Throws RefusedError while another process has it.
 */
export async function claimRehearsal(file: string): Promise<{ release(): Promise<void> }> {
  await mkdir(dirname(file), { recursive: true });
  for (;;) {
    if (await createWhole(file, String(process.pid))) return { release: () => rm(file, { force: true }) };
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (isAlive(owner)) {
      throw new RefusedError(`Another rehearsal is running here, as process ${owner}.`, {
        stage: 'rehearse',
        nextStep: 'Wait until it has ended, or give this one a directory of its own: XDG_CACHE_HOME=DIRECTORY.',
      });
    }
    await rm(file, { force: true });
  }
}

/**
 * Creates a file together with its text; false where it exists. A file that is created first and written afterwards is empty in
 * between, and an empty claim looks like that of a process that is gone.
 */
async function createWhole(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text);
  let created = await isCreated(link(draft, file));
  await rm(draft, { force: true });
  // A file system without hard links: empty for a moment is better than no rehearsal.
  created ??= await isCreated(writeFile(file, text, { flag: 'wx' }));
  if (created === undefined) throw new Error(`${file} cannot be created.`);
  return created;
}

/** Whether a file was created or was there; undefined where the file system cannot do it so. */
async function isCreated(creating: Promise<void>): Promise<boolean | undefined> {
  try {
    await creating;
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is another account's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
