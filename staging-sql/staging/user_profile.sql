create view staging.user_profile as
with source as (
  select o.source_key, o.version_id, o.observed_at, f.*
  from staging.usable_object o
  cross join lateral jsonb_to_record(o.payload) as f (userid text, profileid text, profile text)
  where o.root_class = 'URP_UserProfile'
)
select
  source_key as user_profile_key,
  version_id as raw_version,
  staging.reference('User', userid) as user_key,
  profileid as itop_profile_id,
  profile,
  observed_at
from source;

comment on view staging.user_profile is 'One row per profile given to an account.';
comment on column staging.user_profile.user_profile_key is 'Source key: URP_UserProfile::id.';
comment on column staging.user_profile.itop_profile_id is 'iTop''s fixed profile number: 2 Portal user, 12 Portal power user, 1024 REST Services User.';
comment on column staging.user_profile.profile is 'Profile''s name.';
comment on column staging.user_profile.user_key is 'Account that the profile is given to.';
