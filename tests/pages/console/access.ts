import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningConsole } from '../../../console/server.ts';
import { enter, open, world } from './world.ts';

/** Who gets in, and what a page may do. */
export function testAccess(): void {
  let running: RunningConsole;
  beforeAll(async () => {
    running = await open();
  });
  afterAll(() => running.close());

  it('is opened by each token once, with a cookie that no script and no other site gets', async () => {
    const address = running.address();
    const first = await fetch(address, { redirect: 'manual' });
    expect(first.status).toBe(302);
    expect(first.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(403);
    expect(running.address()).not.toBe(address);
  });

  it('is refused without a session, under another name of the host, and to other sites', async () => {
    const { origin, cookie } = await enter(running);
    expect((await fetch(`${origin}/`)).status).toBe(401);
    expect((await fetch(`${origin}/`, { headers: { cookie } })).status).toBe(200);
    const post = (headers: Record<string, string>, csrf: string) =>
      fetch(`${origin}/setup`, {
        method: 'POST',
        headers: { cookie, ...headers },
        body: new URLSearchParams({ csrf, 'state.fin': 'done', by: 'Mallory' }),
        redirect: 'manual',
      });
    const page = await (await fetch(`${origin}/setup`, { headers: { cookie } })).text();
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    expect(csrf).not.toBe('');
    expect((await post({ origin: 'https://evil.example' }, csrf)).status).toBe(403);
    expect((await post({}, csrf)).status).toBe(403);
    expect((await post({ origin }, 'guessed')).status).toBe(403);
    expect((await world.database.pool.query('select from ops.setup_item')).rowCount).toBe(0);
    expect((await post({ origin }, csrf)).status).toBe(303);
    expect(
      (await world.database.pool.query<{ signed_by: string }>('select signed_by from ops.setup_item')).rows,
    ).toEqual([{ signed_by: 'Mallory' }]);
  });

  it('keeps two consoles in one browser apart, and is opened by a link of another site too', async () => {
    const other = await open();
    const name = async (of: RunningConsole): Promise<string> => (await enter(of)).cookie.split('=')[0] ?? '';
    expect(await name(other)).not.toBe(await name(running));
    const followed = await fetch(other.address(), { headers: { 'sec-fetch-site': 'cross-site' }, redirect: 'manual' });
    expect(followed.status).toBe(200);
    expect(await followed.text()).toContain('http-equiv="refresh" content="0;url=/"');
    await other.close();
    const port = Number(new URL(running.address()).port);
    await expect(open({ port })).rejects.toThrow(`cannot listen on 127.0.0.1, port ${port}`);
  });

  it('refuses what a page on another port of this machine asks for: opening a record is remembered', async () => {
    const { origin, cookie } = await enter(running);
    const read = async (site: string): Promise<number> =>
      (await fetch(`${origin}/record/Ticket::100`, { headers: { cookie, 'sec-fetch-site': site } })).status;
    expect([await read('same-site'), await read('cross-site')]).toEqual([403, 403]);
    expect([await read('same-origin'), await read('none')]).toEqual([200, 200]);
  });

  it('refuses an address that holds what cannot be there, without a word of what is behind', async () => {
    const { origin, cookie } = await enter(running);
    for (const [path, status] of [
      ['/live/plot/constructor', 404],
      ['/live/plot/__proto__', 404],
      ['/assets/constructor', 404],
      ['/mapping/class/constructor', 409],
      ['/search?q=%00', 400],
      [`/search?q=${'z'.repeat(8_000)}`, 200],
      ['/record/%00', 400],
      ['/record/%00/fate', 400],
      ['/record/%zz', 404],
      ['/file/%00/contents', 400],
      ['/file/..%2f..%2fetc%2fpasswd/contents', 404],
      ['/lists/findings?sort=importance&after=abc&key=1', 400],
      ['/lists/findings?sort=found_at&after=abc&key=1', 400],
    ] as const) {
      const answer = await fetch(`${origin}${path}`, { headers: { cookie }, redirect: 'manual' });
      expect(answer.status, path).toBe(status);
      expect(await answer.text(), path).not.toMatch(/postgres:|syntax|TypeError|\n {4}at /);
    }
  });

  it('says a policy under which nothing foreign is loaded, framed or kept', async () => {
    const { origin, cookie } = await enter(running);
    const { headers } = await fetch(`${origin}/`, { headers: { cookie } });
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'; script-src 'self'; style-src 'self'.*frame-ancestors 'none'/,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('gives no file to run: what is no picture by its bytes is saved', async () => {
    const { origin, cookie } = await enter(running);
    const { headers } = await fetch(`${origin}/file/Attachment::7/contents`, { headers: { cookie } });
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });

  it('changes nothing when it is read-only', async () => {
    const readOnly = await open({ isReadOnly: true });
    const { origin, cookie } = await enter(readOnly);
    const answer = await fetch(`${origin}/setup`, {
      method: 'POST',
      headers: { cookie, origin },
      body: new URLSearchParams({ 'state.csat': 'done', by: 'Eve' }),
    });
    expect(answer.status).toBe(403);
    expect(await (await fetch(`${origin}/setup`, { headers: { cookie } })).text()).not.toContain('<form method="post"');
    await readOnly.close();
  });
}
