create view intermediate.account_role_definition as
select
  a.user_key,
  a.person_key,
  a.login,
  coalesce(bool_or(p.itop_profile_id in ('2', '12')) and bool_and(p.itop_profile_id in ('2', '12', '1024')), false) as is_portal
from staging.user_account a
left join staging.user_profile p on p.user_key = a.user_key
group by a.user_key, a.person_key, a.login;

comment on view intermediate.account_role_definition is 'One row per account: the person behind it, and whether a customer uses it (rule T4). Materialised as intermediate.account_role.';
comment on column intermediate.account_role_definition.is_portal is 'True where the only profiles are Portal user, Portal power user and REST Services User, and one of the portal ones is among them.';
