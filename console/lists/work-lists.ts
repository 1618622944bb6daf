import { listsOfLoad } from './lists-of-load.ts';
import { listsOfPlan } from './lists-of-plan.ts';
import { listsOfSource } from './lists-of-source.ts';
import type { WorkList } from './work-list.ts';

/** The work lists, in the order in which they are worked through. */
export const workListGroups: readonly { readonly title: string; readonly lists: readonly WorkList[] }[] = [
  { title: 'The load', lists: listsOfLoad },
  { title: 'To decide before the load', lists: listsOfPlan },
  { title: 'What iTop holds', lists: listsOfSource },
];

export const workLists: readonly WorkList[] = workListGroups.flatMap(({ lists }) => lists);
