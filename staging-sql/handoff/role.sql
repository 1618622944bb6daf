create view handoff.role as
select
  a.user_key,
  a.login,
  p.full_name as person,
  p.email_address as email,
  a.final_class as account_kind,
  a.is_enabled,
  coalesce(f.profiles, '') as profiles,
  case
    when not a.is_enabled then 'no seat: the account is disabled'
    when a.person_key is null then 'no seat: no person behind the account'
    when r.is_portal then 'no seat: a customer, loaded as contact'
    when f.profiles ~* 'administrator' then 'full seat, role with all permissions'
    when f.profiles ~* '(service desk|support) agent' then 'full seat, role for support agents'
    when f.profiles ~* 'service manager|problem manager|change (supervisor|approver)' then 'full seat, role for team leads (reports, assignment rules)'
    when f.profiles ~* 'implementor' then 'lite seat (notes only), full seat if he answers customers'
    when f.profiles ~* 'document author' then 'lite seat, may manage articles'
    when f.profiles is null then 'decide: the account has no profile'
    else 'lite seat: reads and writes notes'
  end as recommendation
from staging.user_account a
left join intermediate.account_role r on r.user_key = a.user_key
left join staging.person p on p.person_key = a.person_key
left join (
  select user_key, string_agg(distinct profile, ', ' order by profile) as profiles from staging.user_profile group by user_key
) f on f.user_key = a.user_key;

comment on view handoff.role is 'One row per iTop account: its profiles and the seat and role recommended in Intercom. Credentials never move.';
comment on column handoff.role.profiles is 'iTop profiles.';
comment on column handoff.role.recommendation is 'A proposal to be decided by a person: rights in Intercom are set per role, not per class.';
