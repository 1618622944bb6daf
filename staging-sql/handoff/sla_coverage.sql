create view handoff.sla_coverage as
select
  l.source_key as sla_coverage_key,
  c.payload ->> 'organization_name' as customer,
  c.payload ->> 'name' as contract,
  c.payload ->> 'status' as contract_status,
  nullif(c.payload ->> 'end_date', '') as contract_end_date,
  l.payload ->> 'service_name' as service_name,
  nullif(l.payload ->> 'sla_name', '') as sla_name
from raw.latest_object l
left join raw.latest_object c on c.root_class = 'Contract' and c.source_key = 'Contract::' || (l.payload ->> 'customercontract_id')
where l.root_class = 'lnkCustomerContractToService';

comment on view handoff.sla_coverage is 'One row per customer contract and service: which SLA applies to whom.';
comment on column handoff.sla_coverage.sla_name is 'SLA; null where the contract names none.';
