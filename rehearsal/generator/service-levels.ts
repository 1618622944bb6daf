import { organizationId, PROVIDER_ORG } from './organizations.ts';
import { SERVICE_COUNT } from './services.ts';
import { countedClass, emptyFields, listedClass, type StoredClass } from './stored-class.ts';

const LEVELS = ['Gold', 'Silver', 'Bronze'];
const PRIORITIES = 4;
const METRICS = ['tto', 'ttr'] as const;
const SLTS = LEVELS.length * PRIORITIES * METRICS.length;
const CONTRACTS = 6;

/** SLAs with their targets, and the contracts by which customers have them. */
export function serviceLevelClasses(): StoredClass[] {
  const provider = String(PROVIDER_ORG);
  return [
    listedClass(
      'SLA',
      LEVELS.map((level) => ({ name: `${level} SLA`, description: `${level} level, 24x7`, org_id: provider })),
    ),
    countedClass('SLT', SLTS, (id) => {
      const level = Math.floor((id - 1) / (PRIORITIES * METRICS.length));
      const priority = (Math.floor((id - 1) / METRICS.length) % PRIORITIES) + 1;
      const metric = METRICS[(id - 1) % METRICS.length] ?? 'tto';
      const hours = (level + 1) * priority * (metric === 'tto' ? 1 : 8);
      return {
        name: `${LEVELS[level]} ${metric} P${priority} ${priority % 2 === 0 ? 'incident' : 'service_request'}`,
        priority: String(priority),
        request_type: priority % 2 === 0 ? 'incident' : 'service_request',
        metric,
        value: String(metric === 'tto' ? hours * 60 : hours),
        unit: metric === 'tto' ? 'minutes' : 'hours',
      };
    }),
    countedClass('lnkSLAToSLT', SLTS, (id) => ({
      sla_id: String(Math.floor((id - 1) / (PRIORITIES * METRICS.length)) + 1),
      slt_id: String(id),
    })),
    countedClass('CustomerContract', CONTRACTS, (id) => ({
      ...emptyFields('description end_date billing_frequency cost_unit'),
      name: `Contract ${id}; "cadre"`,
      org_id: String(organizationId(id)),
      start_date: '2023-01-01',
      cost: '1200',
      cost_currency: 'euros',
      contracttype_id: '3',
      provider_id: provider,
      status: id === 6 ? 'obsolete' : 'production',
    })),
    countedClass('lnkCustomerContractToService', CONTRACTS * 2, (id) => ({
      customercontract_id: String(((id - 1) % CONTRACTS) + 1),
      service_id: String(((id - 1) % SERVICE_COUNT) + 1),
      sla_id: id % 5 === 0 ? '0' : String(((id - 1) % LEVELS.length) + 1),
    })),
    listedClass('DeliveryModel', [{ name: 'Standard support', org_id: provider, description: '' }]),
    listedClass('lnkDeliveryModelToContact', [{ deliverymodel_id: '1', contact_id: '1', role_id: '1' }]),
  ];
}
