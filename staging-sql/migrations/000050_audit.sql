-- Decisions that people fill in, the set-up sheet they sign, the canary and what it taught about a workspace.
alter table ops.confirmation drop constraint confirmation_subject_check;
alter table ops.confirmation add constraint confirmation_subject_check check (subject in ('audit', 'mapping', 'setup', 'silence'));
comment on table ops.confirmation is 'What was confirmed for a workspace: audit passed, mapping confirmed, set-up sheet signed, silence confirmed. Without all four no load of a real workspace starts.';
comment on column ops.confirmation.confirmed_by is 'The person; "audit" for an audit that found nothing that forbids a load.';

create table ops.decision (
  kind       text not null check (kind in ('teammate', 'company_id', 'survivor')),
  key        text not null,
  value      text not null check (value <> ''),
  reason     text not null default '',
  decided_by text not null,
  decided_at timestamptz not null default clock_timestamp(),
  primary key (kind, key)
);
comment on table ops.decision is 'Single cases that the audit found and a person decided, read back from the file he filled in.';
comment on column ops.decision.kind is 'teammate: address of the teammate who stands for an agent (rule T5). company_id: what happens where a company of that id exists (rule C1). survivor: whose contact stands for all with one address (rule P1).';
comment on column ops.decision.key is 'Source key of the person or organization; for survivor the shared address.';
comment on column ops.decision.value is 'Address; link or own; source key of the surviving person.';

create table ops.existing_in_target (
  workspace_id_code text not null,
  model             text not null check (model in ('contact', 'company', 'tag', 'collection', 'attribute')),
  target_key        text not null,
  name              text not null,
  target_id         text not null,
  seen_at           timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, model, target_key)
);
comment on table ops.existing_in_target is 'Things about to be loaded whose name the workspace already holds, as the last audit saw it. They are linked, never made twice.';
comment on column ops.existing_in_target.target_key is 'Our key of the planned thing.';
comment on column ops.existing_in_target.name is 'What collides: address, company_id, name.';
comment on column ops.existing_in_target.target_id is 'Intercom''s id of what is there.';

create table ops.setup_item (
  workspace_id_code text not null,
  item              text not null,
  state             text not null check (state in ('done', 'not_applicable')),
  remark            text not null default '',
  signed_by         text not null check (signed_by <> ''),
  signed_at         timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, item)
);
comment on table ops.setup_item is 'The set-up sheet of a workspace: what must be set by hand in Intercom before the first load, and who signed it.';
comment on column ops.setup_item.item is 'Stable name of the item.';

create table load.canary (
  canary_id         bigint generated always as identity primary key,
  workspace_id_code text not null references load.workspace,
  address           text not null,
  state             text not null default 'sending' check (state in ('sending', 'sent', 'silent', 'answered', 'confirmed', 'removed')),
  contact_id        text,
  conversation_id   text,
  sent_by_admin_id  text not null,
  started_at        timestamptz not null default clock_timestamp(),
  sent_at           timestamptz,
  checked_at        timestamptz,
  search_lag_ms     bigint,
  confirmed_by      text,
  confirmed_at      timestamptz
);
comment on table load.canary is 'A thread to an address of the operator: sent before the first load to see whether anything answers or notifies.';
comment on column load.canary.state is 'sending; sent; then silent or answered (something wrote that the tool did not); confirmed by a person; removed from the workspace.';
comment on column load.canary.search_lag_ms is 'From the creation of the conversation until search first showed it; null where it did not in the time waited.';

create table load.canary_write (
  write_id    bigint generated always as identity primary key,
  canary_id   bigint not null references load.canary,
  operation   text not null,
  target_type text not null,
  label       text not null,
  state       text not null default 'intent' check (state in ('intent', 'done', 'refused', 'uncertain')),
  target_id   text,
  payload     jsonb,
  detail      text,
  written_at  timestamptz not null default clock_timestamp(),
  removed_at  timestamptz,
  left_reason text
);
comment on table load.canary_write is 'Each writing call of a canary: the intent before it, the outcome after it, and whether what it made was removed.';
comment on column load.canary_write.label is 'Which of the canary''s own things it is.';
comment on column load.canary_write.left_reason is 'Why it could not be removed.';

create table load.canary_finding (
  canary_id   bigint not null references load.canary,
  kind        text not null,
  target_id   text not null,
  author_type text,
  author      text,
  finding     text not null,
  found_at    timestamptz not null default clock_timestamp(),
  primary key (canary_id, kind, target_id)
);
comment on table load.canary_finding is 'What was in the canary''s conversation that the tool did not put there: each is a blocker, with its author.';
comment on column load.canary_finding.kind is 'part, state, assignee, sla, bot, tag, rating or conversation.';

create table load.probe (
  workspace_id_code text not null references load.workspace,
  probe             text not null,
  answer            text not null,
  detail            text not null,
  canary_id         bigint references load.canary,
  answered_at       timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, probe)
);
comment on table load.probe is 'What a workspace was seen to do where Intercom''s description is silent. A probe without a row takes the strict default.';
comment on column load.probe.answer is 'yes, no, or a word or number of the probe''s own.';
comment on column load.probe.detail is 'What was seen, in words.';
