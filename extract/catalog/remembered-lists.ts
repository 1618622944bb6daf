import type { Itop } from '../../itop/client.ts';

export type Lists = Pick<Itop, 'listAttributes' | 'listClasses'>;

/** Asks iTop once for the attributes of each class: the search for a class's place and the list of its fields both need them. */
export function rememberedLists(itop: Lists): Lists {
  const lists = new Map<string, Promise<string[]>>();
  return {
    listClasses: () => itop.listClasses(),
    listAttributes(className) {
      const known = lists.get(className);
      if (known !== undefined) return known;
      const asked = itop.listAttributes(className);
      lists.set(className, asked);
      // A question that failed is asked again.
      asked.catch(() => lists.delete(className));
      return asked;
    },
  };
}
