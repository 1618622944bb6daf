/**
 * The latest version of every object that iTop still holds, as a subquery: what the view `raw.latest_object` shows. An
 * extraction may be the first command on a database, before any view is there.
 */
export const latestObject = `(select o.* from raw.head h
  join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id where h.op = 'upsert')`;
