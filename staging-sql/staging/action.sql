create view staging.action as
select
  o.source_key as action_key,
  o.version_id as raw_version,
  o.final_class,
  f.name,
  f.status,
  coalesce(nullif(f."to", ''), nullif(f.recipients, '')) as recipients,
  coalesce(nullif(f.subject, ''), nullif(f.title, '')) as subject,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (name text, status text, "to" text, recipients text, subject text, title text)
where o.root_class = 'Action';

comment on view staging.action is 'One row per action that triggers start, as last seen in iTop.';
comment on column staging.action.action_key is 'Source key: Action::id.';
comment on column staging.action.final_class is 'Kind of action: ActionEmail, ActionNewsroom, ...';
comment on column staging.action.name is 'Name in iTop.';
comment on column staging.action.status is 'iTop status: test, enabled, disabled.';
comment on column staging.action.recipients is 'OQL that names who is notified; null where it names nobody.';
comment on column staging.action.subject is 'Subject of the mail, or title of the news.';
