create view staging.contract_service as
select
  o.source_key as contract_service_key,
  o.version_id as raw_version,
  staging.reference('Contract', f.customercontract_id) as contract_key,
  f.service_name,
  nullif(f.sla_name, '') as sla_name,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (customercontract_id text, service_name text, sla_name text)
where o.root_class = 'lnkCustomerContractToService';

comment on view staging.contract_service is 'One row per customer contract and service it covers, as last seen in iTop.';
comment on column staging.contract_service.contract_service_key is 'Source key of the link: lnkCustomerContractToService::id.';
comment on column staging.contract_service.contract_key is 'Contract that covers the service.';
comment on column staging.contract_service.service_name is 'Name of the service.';
comment on column staging.contract_service.sla_name is 'Agreement that applies; null where the contract names none.';
