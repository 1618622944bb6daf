import { sql } from 'kysely';
import { rowCount, warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed } from '../check.ts';
import { isTransformed } from './progress-of-stages.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_article_length';

/** Articles shorter or longer than an article should be, as `intermediate.article_text` counts their words (rule F1). */
export const articleLength: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    // Words are counted in what a reader sees, which the transform makes.
    if (!(await isTransformed(pool))) return [];
    const row = await warehouse(pool)
      .selectFrom('intermediate.article_text')
      .select([
        rowCount.as('articles'),
        sql<number>`count(*) filter (where length in ('empty', 'short'))::integer`.as('short'),
        sql<number>`count(*) filter (where length = 'long')::integer`.as('long'),
      ])
      .where('length', 'is not', null)
      .executeTakeFirst();
    if (row === undefined || row.articles === 0) return [];
    if (row.short + row.long === 0)
      return [passed(code, 'FAQ', `${counted(row.articles, 'article')}, none short or long.`)];
    const finding = `Of ${counted(row.articles, 'article')} ${row.short} have fewer than 100 words and ${row.long} more than 500.`;
    return [found(code, 'note', 'FAQ', finding, 'They come as drafts: review these before they are published.')];
  },
};
