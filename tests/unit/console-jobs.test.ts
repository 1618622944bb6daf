import { expect, it } from 'vitest';
import { Jobs } from '../../console/jobs.ts';

it('is done when the work ended within the moment, and throws what the work threw in it', async () => {
  const jobs = new Jobs();
  await jobs.start('a', async () => undefined);
  expect(jobs.find('a')).toBeUndefined();
  await expect(jobs.start('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(jobs.find('a')).toBeUndefined();
});

it('lets longer work go on, once at a time, keeps why it failed, and begins it again', async () => {
  const jobs = new Jobs(5);
  const { promise, reject } = Promise.withResolvers<void>();
  let begun = 0;
  const work = () => {
    begun += 1;
    return promise;
  };
  await Promise.all([jobs.start('a', work), jobs.start('a', work)]);
  await jobs.start('a', work);
  expect([begun, jobs.find('a')?.error]).toEqual([1, undefined]);
  reject(new Error('no'));
  await jobs.settled();
  expect(jobs.find('a')?.error).toEqual(new Error('no'));
  await jobs.start('a', async () => undefined);
  expect(jobs.find('a')).toBeUndefined();
});
