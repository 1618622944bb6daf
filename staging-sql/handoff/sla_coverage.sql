create view handoff.sla_coverage as
select
  l.contract_service_key as sla_coverage_key,
  c.organization_name as customer,
  c.name as contract,
  c.status as contract_status,
  c.end_date_local as contract_end_date,
  l.service_name,
  l.sla_name
from staging.contract_service l
left join staging.contract c on c.contract_key = l.contract_key;

comment on view handoff.sla_coverage is 'One row per customer contract and service: which SLA applies to whom.';
comment on column handoff.sla_coverage.sla_name is 'SLA; null where the contract names none.';
comment on column handoff.sla_coverage.contract is 'Name of the contract.';
