create view staging.contract as
select
  o.source_key as contract_key,
  o.version_id as raw_version,
  o.final_class,
  f.name,
  f.organization_name,
  f.status,
  nullif(f.end_date, '') as end_date_local,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (name text, organization_name text, status text, end_date text)
where o.root_class = 'Contract';

comment on view staging.contract is 'One row per contract with a customer or provider, as last seen in iTop.';
comment on column staging.contract.contract_key is 'Source key: Contract::id.';
comment on column staging.contract.final_class is 'CustomerContract or ProviderContract.';
comment on column staging.contract.name is 'Name in iTop.';
comment on column staging.contract.organization_name is 'Organization that the contract is with.';
comment on column staging.contract.status is 'iTop status: implementation, production, obsolete.';
comment on column staging.contract.end_date_local is 'Last day as iTop shows it; null where it has none.';
