create view staging.user_profile_ever as
select distinct o.source_key as user_profile_key, staging.reference('User', o.payload ->> 'userid') as user_key
from raw.object o
where o.root_class = 'URP_UserProfile' and o.op = 'upsert';

comment on view staging.user_profile_ever is 'One row per profile row and account it ever belonged to: a profile that is gone still shows whose role it changed.';
comment on column staging.user_profile_ever.user_key is 'Account that the profile was given to.';
