import { type Check, counted, found, passed } from '../check.ts';
import type { WarehouseContext } from './audit-warehouse.ts';

const code = 'data_article_length';

/** Articles shorter or longer than an article should be, counted over their visible words (rule F1). */
export const articleLength: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const { rows } = await pool.query<{ articles: number; short: number; long: number }>(
      `select count(*)::integer as articles, count(*) filter (where w.words < 100)::integer as short,
              count(*) filter (where w.words > 500)::integer as long
       from raw.latest_object o
       cross join lateral jsonb_to_record(o.payload) as p (description text)
       cross join lateral (
         select count(*) as words
         from regexp_split_to_table(regexp_replace(coalesce(p.description, ''), '<[^>]*>|&nbsp;', ' ', 'g'), '\\s+') as word
         where word <> ''
       ) as w
       where o.final_class = 'FAQ'`,
    );
    const row = rows[0];
    if (row === undefined || row.articles === 0) return [];
    if (row.short + row.long === 0)
      return [passed(code, 'FAQ', `${counted(row.articles, 'article')}, none short or long.`)];
    const finding = `Of ${counted(row.articles, 'article')} ${row.short} have fewer than 100 words and ${row.long} more than 500.`;
    return [found(code, 'note', 'FAQ', finding, 'They come as drafts: review these before they are published.')];
  },
};
