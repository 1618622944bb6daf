import { expect, it } from 'vitest';
import { ownRehearsal } from '../support/own-rehearsal.ts';

it('a rehearsal that is kept goes on by the command it names, and ends when told', { timeout: 400_000 }, async () => {
  const rehearsal = await ownRehearsal();
  try {
    const stopped = await rehearsal.run(
      'rehearse',
      '--tickets',
      '20',
      '--call-limit',
      '0',
      '--keep',
      '--until',
      'load',
    );
    expect(stopped.code, stopped.errors).toBe(0);
    const next = /Next: itop-to-intercom (.*)/.exec(stopped.output)?.[1]?.split(' ') ?? [];
    expect(next.slice(0, 2)).toEqual(['load', '--config']);
    const loaded = await rehearsal.run(...next);
    expect(loaded.code, loaded.errors).toBe(0);
  } finally {
    const ended = await rehearsal.run('rehearse', '--stop');
    expect(ended.output).toContain('stopped and removed');
    await rehearsal.remove();
  }
});
