create view reconcile.record_finding as
with laid_out as (
  select m.ticket_key, m.item_key, l.loss ->> 'detail' as detail
  from intermediate.ticket_message m
  join ops.rendered_body r on r.source_hash = m.source_hash
    and r.renderer_version = (select renderer_version from ops.setting)
  cross join lateral jsonb_array_elements(r.loss) as l (loss)
  where r.loss <> '[]' and l.loss ->> 'kind' = 'layout'
), regrouped as (
  select
    g.person_key, g.contact_key, p.email_address as value,
    (select string_agg(distinct i.target_id, ', ') from load.identity i where i.target_type = 'contact' and i.target_key = g.contact_key) as contact_ids,
    holder.target_key as holder_key,
    (select string_agg(distinct i.target_id, ', ') from load.identity i where i.target_type = 'contact' and i.target_key = holder.target_key) as holder_ids
  from ops.contact_group g
  join staging.person p on p.person_key = g.person_key
  left join staging.person c on c.person_key = g.contact_key
  left join intercom.contact holder on holder.email = p.email_address
  where p.email_address <> '' and (
    -- Merged into another's contact, whose address it does not share any more.
    (g.contact_key <> g.person_key and c.email_address is distinct from p.email_address)
    -- Two contacts whose persons came to share one address.
    or (g.contact_key = g.person_key and holder.target_key <> g.person_key))
), merged_person as materialized (
  select person_key, survivor_key from intermediate.contact_decision where survivor_key <> person_key and is_loaded
), of_contact as (
  -- Few persons are merged. "offset 0" keeps the inner query whole, so that the key reaches every view below it.
  select concerned.person_key as source_key, f.field, f.value
  from (select person_key from merged_person union select survivor_key from merged_person) as concerned
  cross join lateral (
    select target_name as field, value from intermediate.custom_attribute where target_model = 'contact' and source_key = concerned.person_key
    union all
    select 'phone', phone from staging.person where phone is not null and person_key = concerned.person_key
    offset 0
  ) as f
), merged as (
  select m.person_key, m.survivor_key, f.field, f.value, own.value as kept_value
  from merged_person m
  join of_contact f on f.source_key = m.person_key
  left join of_contact own on own.source_key = m.survivor_key and own.field = f.field
  where f.value is distinct from own.value
), emptied as (
  select p.person_key, i.target_id as contact_id, r.observed ->> 'email' as former_address
  from staging.person p
  join load.identity i on i.target_type = 'contact' and i.target_key = p.person_key
  join load.representation r
    on r.workspace_id_code = i.workspace_id_code and r.target_type = i.target_type and r.target_key = i.target_key
  where coalesce(p.email_address, '') = '' and r.observed ->> 'email' <> ''
), without_company as (
  select c.target_key, i.target_id as conversation_id, r.last_applied ->> 'company' as former_company_key
  from intercom.conversation c
  join load.identity i on i.target_type = 'conversation' and i.target_key = c.target_key
  join load.representation r
    on r.workspace_id_code = i.workspace_id_code and r.target_type = i.target_type and r.target_key = i.target_key
  where c.company_key is null and r.last_applied ->> 'company' is not null
), found as (
  -- What hangs on iTop and the mapping alone was found by the transform: to find it reads every payload.
  select
    v.source_key, v.field, v.value, v.reason_code,
    case v.reason_code
      when 'no_number' then 'it does not fit the type of its attribute, and is not sent'
      when 'either_hour' then 'the clocks went back in this hour, and a single date does not tell which of the two passes it is: the first is taken'
      else 'Intercom cannot hold it as a date'
    end as reason,
    case v.reason_code
      when 'no_number' then 'Correct it in iTop, or give the attribute the type string in the mapping.'
      when 'either_hour' then 'Nothing need be done, unless the hour matters: it may have been one hour later.'
      else 'Correct it in iTop, or leave it: the record note of a ticket shows it as it stands.'
    end as next_step
  from reconcile.value_finding v
  union all
  select
    p.ticket_key, replace(p.item_key, p.ticket_key || '#', ''), p.written_at::text,
    case when p.written_at > p.sent_at then 'in_the_future' else 'before_1970' end,
    'no message can be of that time',
    'Nothing need be done: it stands at another time of its thread, and its first line states the date.'
  from intermediate.thread_part p where p.is_misdated
  union all
  select
    e.source_key, replace(e.item_key, e.source_key || '#', ''), e.written_local, e.time_finding,
    case e.time_finding when 'no_date' then 'it is no date'
      else 'the clocks went back in this hour, and neither log of its record tells which of the two passes it is: the first is taken' end,
    case e.time_finding when 'no_date' then 'Nothing need be done: the entry follows the opening of its thread.'
      else 'Nothing need be done, unless the hour matters: it may have been written one hour later.' end
  from reconcile.log_entry_fact e
  where e.time_finding is not null
  union all
  select
    l.ticket_key, replace(l.item_key, l.ticket_key || '#', ''), l.detail, 'no_layout', 'its markup could not be laid out',
    'Look at it in the preview: its words are there as plain text.'
  from laid_out l
  union all
  select
    r.person_key, 'email', r.value,
    case when r.contact_key <> r.person_key then 'split_after_load' else 'merged_after_load' end,
    case when r.contact_key <> r.person_key
      then 'it was merged into ' || r.contact_key || ' (contact ' || coalesce(r.contact_ids, 'not loaded') || ' in Intercom) when that was loaded, and has an address of its own since'
      else 'it shares its address since the load with ' || r.holder_key || ' (contact ' || coalesce(r.holder_ids, 'not loaded') || '), and is contact ' || coalesce(r.contact_ids, 'not loaded') || ' in Intercom'
    end || case when r.holder_key is null then '; no contact has this address' else '' end,
    'What was loaded stays what it is. Merge or split the contacts in Intercom by hand where you want it.'
  from regrouped r
  union all
  select
    m.person_key, m.field, m.value, 'lost_by_merge',
    'the person is merged into ' || m.survivor_key || case when m.kept_value is null then ', who has none' else ', whose own is ' || left(m.kept_value, 100) end,
    'Nothing need be done, unless this value is the right one: then correct the survivor in iTop, or choose another (survivors in the mapping).'
  from merged m
  union all
  select
    e.person_key, 'email', e.former_address, 'address_emptied',
    'iTop holds no address any more; contact ' || e.contact_id || ' in Intercom keeps the one it was loaded with',
    'Take it out in Intercom by hand where it must not be used.'
  from emptied e
  union all
  select
    w.target_key, 'org_id', w.former_company_key, 'organization_emptied',
    'iTop names no organization that moves any more; conversation ' || w.conversation_id || ' in Intercom keeps its company, which cannot be taken away',
    'Nothing need be done, unless another organization is the right one: then correct the ticket in iTop.'
  from without_company w
  union all
  select
    s.source_key, coalesce(s.attribute, s.relation), s.value,
    'set_aside', s.reason,
    case when s.for_key = s.source_key
      then 'Correct it in iTop, then: itop-to-intercom extract --delta. Until then it is pending, and so is what depends on it.'
      else 'Correct ' || s.for_key || ' in iTop, then: itop-to-intercom extract --delta'
    end
  from staging.set_aside_value s
)
select
  f.source_key, h.final_class as class, f.field, left(f.value, 200) as value, f.reason_code, f.reason, f.next_step
from found f
join staging.landed_object h on h.source_key = f.source_key;

comment on view reconcile.record_finding is 'One row per value of a record that could not be taken as it is: its record goes on without it, or with it in another place, or is set aside. audit lists them.';
comment on column reconcile.record_finding.field is 'Where the value stands in the record: an attribute of iTop; of a value that Intercom does not take, the attribute it was meant for; of a log entry or message the end of its item key, e.g. public_log/3 or solution; of a record that is set aside the relation that cannot be computed, where no attribute is known.';
comment on column reconcile.record_finding.value is 'What iTop holds, its first 200 characters.';
comment on column reconcile.record_finding.reason_code is 'no_date, before_1970, in_the_future, either_hour, no_number, no_layout, split_after_load, merged_after_load, lost_by_merge, address_emptied, organization_emptied or set_aside.';
comment on column reconcile.record_finding.reason is 'Why, in words.';
comment on column reconcile.record_finding.next_step is 'What a person may do.';
comment on column reconcile.record_finding.class is 'Final class of the record.';
comment on column reconcile.record_finding.source_key is 'Object that holds the value.';
