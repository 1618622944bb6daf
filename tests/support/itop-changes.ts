import { get, type TestItop } from './itop-simulator.ts';

/** Changes objects of the simulated iTop as people do in its pages; gives the ids. */
export async function changeObjects(itop: TestItop, ...changes: object[]): Promise<number[]> {
  const answer = (await itop.control('/objects', changes)) as { ids?: number[]; error?: string };
  if (answer.ids === undefined) throw new Error(answer.error);
  return answer.ids;
}

/** The ids of a class, ascending. */
export async function idsOf(itop: TestItop, className: string): Promise<number[]> {
  const { objects } = await itop.call(get(`SELECT ${className}`, 'id'));
  return Object.values(objects ?? {})
    .map((object) => Number(object.key))
    .sort((a, b) => a - b);
}
