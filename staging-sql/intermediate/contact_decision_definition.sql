create view intermediate.contact_decision_definition as
with candidate as (
  select
    p.person_key,
    p.organization_key,
    m.survivor_key,
    case
      when r.is_agent and not r.is_needed_by_ticket then 'teammate'
      when not p.is_active and not r.is_needed_by_ticket and not r.is_portal_writer then 'inactive'
    end as reason
  from intermediate.person p
  join intermediate.contact_merge m on m.person_key = p.person_key
  join intermediate.person_role r on r.person_key = p.person_key
)
select
  person_key,
  organization_key,
  survivor_key,
  -- One needed person is enough for the whole group of an address to have its contact.
  bool_or(reason is null) over (partition by survivor_key) as is_loaded,
  case
    when reason is not null and not bool_or(reason is null) over (partition by survivor_key) then reason
  end as excluded_reason
from candidate;

comment on view intermediate.contact_decision_definition is 'One row per person: which contact stands for them, and whether it is loaded (rules P1, P4, P5).';
comment on column intermediate.contact_decision_definition.is_loaded is 'False where nobody who shares the address needs a contact.';
comment on column intermediate.contact_decision_definition.excluded_reason is 'teammate (an agent who asked nothing) or inactive (and nothing in scope needs them).';
