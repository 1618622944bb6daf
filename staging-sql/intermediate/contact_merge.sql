create view intermediate.contact_merge as
with chosen as (
  select ops.email_address(c.key) as email_address, c.value as person_key
  from ops.mapping_option o
  cross join lateral jsonb_each_text(o.value) as c
  where o.name = 'survivors'
), ranked as (
  select
    p.person_key,
    g.contact_key as loaded_contact_key,
    first_value(coalesce(g.contact_key, p.person_key)) over survivor_first as survivor_key
  from intermediate.person p
  -- What was loaded stays what it is, as long as iTop holds the person whose contact it became.
  left join (select g.person_key, g.contact_key from ops.contact_group g join intermediate.person c on c.person_key = g.contact_key) g
    on g.person_key = p.person_key
  left join intermediate.ticket_person t on t.person_key = p.person_key
  left join chosen on chosen.email_address = p.email_address and chosen.person_key = p.person_key
  left join ops.decision d on d.kind = 'survivor' and d.key = p.email_address and d.value = p.person_key
  window survivor_first as (
    -- Persons without a valid address stand alone.
    partition by case when p.is_email_valid then p.email_address else p.person_key end
    order by (g.contact_key is not null) desc, (chosen.person_key is not null) desc, (d.key is not null) desc, p.is_active desc,
      t.ticket_rank nulls last, split_part(p.person_key, '::', 2)::bigint
    rows between unbounded preceding and unbounded following
  )
)
select
  r.person_key,
  coalesce(r.loaded_contact_key, r.survivor_key) as survivor_key,
  count(*) over (partition by coalesce(r.loaded_contact_key, r.survivor_key)) as merged_count
from ranked r;

comment on view intermediate.contact_merge is 'One row per person: the person whose contact stands for all with the same address (rule P1). Persons without a valid address stand for themselves (P2, P5).';
comment on column intermediate.contact_merge.survivor_key is 'The surviving person: the one the mapping names, else the one decided in survivors.csv, else active first, then most tickets, then lowest id.';
comment on column intermediate.contact_merge.merged_count is 'Persons that share the address.';
