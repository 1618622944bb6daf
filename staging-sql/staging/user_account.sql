create view staging.user_account as
with source as (
  select o.source_key, o.version_id, o.final_class, o.observed_at, f.*
  from staging.usable_object o
  cross join lateral jsonb_to_record(o.payload) as f (login text, contactid text, status text)
  where o.root_class = 'User'
)
select
  source_key as user_key,
  version_id as raw_version,
  staging.reference('Contact', contactid) as person_key,
  final_class,
  login,
  status,
  status = 'enabled' as is_enabled,
  observed_at
from source;

comment on view staging.user_account is 'One row per iTop account of any kind. Credentials are never read.';
comment on column staging.user_account.user_key is 'Source key of the account: User::id.';
comment on column staging.user_account.person_key is 'Person behind the account; null for technical accounts.';
comment on column staging.user_account.final_class is 'Kind of account: UserLocal, UserExternal, ...';
comment on column staging.user_account.login is 'Login name.';
comment on column staging.user_account.is_enabled is 'Disabled accounts keep what they wrote.';
comment on column staging.user_account.status is 'iTop status: enabled, disabled.';
