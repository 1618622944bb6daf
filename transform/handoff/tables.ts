/** A list of the hand-off: a relation of schema `handoff` as a CSV file. */
export interface HandoffTable {
  readonly file: string;
  readonly title: string;
  /** What it is for and what to do with it. */
  readonly purpose: string;
  readonly query: string;
}

export const handoffTables = [
  {
    file: 'set-up/teammates.csv',
    title: 'Teammates to invite',
    purpose:
      'Invite these people before the load, with the same addresses: their replies are then shown under their own names.',
    query: `select name, email, recommendation, teams, assigned_tickets, person_key as itop_key
      from handoff.teammate_setup order by assigned_tickets desc, name, person_key`,
  },
  {
    file: 'set-up/teams.csv',
    title: 'Teams to create',
    purpose: 'Create these teams before the load, under exactly these names: conversations are assigned by name.',
    query:
      'select name, email, members, tickets, team_key as itop_key from handoff.team_setup order by tickets desc, name, team_key',
  },
  {
    file: 'set-up/custom-object-types.csv',
    title: 'Custom object types',
    purpose:
      'Create these types and attributes by hand (Settings > Data > Custom Objects) before the load. Empty where the mapping sends no class to a custom object.',
    query: 'select type_identifier, attribute, data_type, filled_from from handoff.custom_object_setup order by 1, 2',
  },
  {
    file: 'set-up/roles.csv',
    title: 'Users, profiles and recommended roles',
    purpose:
      'Every iTop account with its profiles and the seat recommended in Intercom. Credentials do not move: people are invited.',
    query: `select login, person, email, account_kind, is_enabled, profiles, recommendation
      from handoff.role order by recommendation, login, user_key`,
  },
  {
    file: 'workflows/triggers-and-actions.csv',
    title: 'Triggers and actions',
    purpose:
      'What iTop does by itself today, with the counterpart proposed in Intercom. Build only what people still need.',
    query: `select trigger_name, trigger_kind, class, condition, filter, action_name, action_kind, action_status, recipients, subject, proposal
      from handoff.workflow order by class, trigger_name, workflow_key`,
  },
  {
    file: 'workflows/approvals.csv',
    title: 'Approvals',
    purpose:
      'Who approves what today, how often, and what waits. Intercom approves nothing by itself: decide what takes its place.',
    query: `select class, approver, email, approved, rejected, waiting, last_start_local as last_start, proposal
      from handoff.approval order by class, approved + rejected + waiting desc, approval_key`,
  },
  {
    file: 'service-levels/targets.csv',
    title: 'Service level targets',
    purpose: 'Each SLA with its targets by kind of ticket and priority. The guide beside it says how to set them up.',
    query: `select sla_name, provider, metric, request_type, priority, value, unit, minutes, target_name
      from handoff.sla_target order by sla_name, metric, request_type, minutes, sla_target_key`,
  },
  {
    file: 'service-levels/coverage.csv',
    title: 'Who has which service level',
    purpose: 'Customer contracts by service, with the SLA that applies.',
    query: `select customer, contract, contract_status, contract_end_date, service_name, sla_name
      from handoff.sla_coverage order by customer, contract, service_name, sla_coverage_key`,
  },
  {
    file: 'services/taxonomy-review.csv',
    title: 'Service taxonomy review',
    purpose: 'Services and subcategories by use. Decide what is kept before the names become values in Intercom.',
    query: `select family, service, service_status, subcategory, request_type, tickets, last_ticket_at, review
      from handoff.service_taxonomy order by family, service, subcategory, taxonomy_key`,
  },
  {
    file: 'knowledge/collections.csv',
    title: 'Categories and collections',
    purpose: 'Which FAQ category becomes which collection of the help center.',
    query:
      'select category, collection, articles, short_articles, proposal from handoff.collection_plan order by category, faq_category_key',
  },
  {
    file: 'knowledge/articles-to-review.csv',
    title: 'Articles to review',
    purpose:
      'Every article arrives as a draft. Read it, do what the last column says, then publish it and let the bot use it.',
    query: `select title, category_name, word_count, picture_count, loss_count, error_code, key_words, domains, review, faq_key as itop_key
      from handoff.article_review order by (review = '') , word_count, faq_key`,
  },
] as const satisfies readonly HandoffTable[];
