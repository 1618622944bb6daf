-- What was sent to Intercom and what Intercom said: everything is keyed by the workspace it belongs to.
create schema load;
comment on schema load is 'Journal, identities and pace of loading, keyed by the workspace''s id_code.';

create table load.workspace (
  workspace_id_code text primary key,
  name              text not null,
  region            text,
  base_url          text not null,
  token_admin_id    text not null,
  seen_at           timestamptz not null default clock_timestamp()
);
comment on table load.workspace is 'Workspaces that a load looked at, as Intercom described them (identifyAdmin).';
comment on column load.workspace.token_admin_id is 'Teammate the access token belongs to.';

create table load.teammate (
  workspace_id_code text not null references load.workspace,
  admin_id          text not null,
  email             text,
  name              text,
  seen_at           timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, admin_id)
);
comment on table load.teammate is 'Teammates of a workspace (listAdmins). They cannot be created by API.';

create table load.team (
  workspace_id_code text not null references load.workspace,
  team_id           text not null,
  name              text not null,
  seen_at           timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, team_id)
);
comment on table load.team is 'Teams of a workspace (listTeams). They cannot be created by API.';

create table load.journal (
  journal_id        bigint generated always as identity primary key,
  workspace_id_code text not null references load.workspace,
  run_id            bigint not null references ops.run,
  process_id        bigint not null references ops.process,
  phase             text not null,
  operation         text not null,
  target_type       text not null,
  target_key        text not null,
  source_key        text not null,
  raw_version       bigint,
  method            text not null,
  path              text not null,
  payload           jsonb,
  payload_hash      bytea,
  sent_created_at   timestamptz,
  before_image      jsonb,
  state             text not null default 'intent' check (state in ('intent', 'done', 'failed', 'uncertain', 'abandoned')),
  intent_at         timestamptz not null default clock_timestamp(),
  sent_at           timestamptz,
  outcome_at        timestamptz,
  http_status       integer,
  request_id        text,
  reason_code       text,
  reason            text,
  next_step         text,
  response          jsonb,
  resolution        text
);
comment on table load.journal is 'One writing call: the intent committed before it is sent, the outcome after. An intent without outcome whose process is gone is uncertain.';
comment on column load.journal.operation is 'operationId of Intercom''s API description.';
comment on column load.journal.source_key is 'Source object whose load the call belongs to: all calls of a ticket carry its key.';
comment on column load.journal.payload is 'Body exactly as sent.';
comment on column load.journal.payload_hash is 'Hash of the row of intercom.* that was being written; over source keys.';
comment on column load.journal.sent_created_at is 'Backdated time that was sent.';
comment on column load.journal.before_image is 'What an existing object held before the write, by field; null where the tool created the object.';
comment on column load.journal.state is 'intent: to be sent or on the way. done, failed: answered. uncertain: the answer was lost. abandoned: known to have had no effect.';
comment on column load.journal.sent_at is 'Latest moment at which a call of unknown outcome can have left; null where the outcome was never unknown.';
comment on column load.journal.reason_code is 'Class of the error.';
comment on column load.journal.response is 'Ids and states from the answer; bodies are compared and dropped.';
comment on column load.journal.resolution is 'How an unknown outcome was settled, or what an answer led to.';

create unique index journal_open on load.journal (workspace_id_code, target_type, target_key, operation)
  where state in ('intent', 'uncertain');
comment on index load.journal_open is 'Two calls for one thing are never on the way at once, whatever the number of processes.';
create index journal_source on load.journal (workspace_id_code, source_key);
create index journal_unknown on load.journal (workspace_id_code, target_type, target_key, operation) where sent_at is not null;

create table load.identity (
  workspace_id_code text not null references load.workspace,
  target_type       text not null,
  target_key        text not null,
  target_id         text not null,
  origin            text not null check (origin in ('created', 'linked')),
  run_id            bigint not null references ops.run,
  journal_id        bigint,
  payload_hash      bytea,
  position          integer,
  sent_created_at   timestamptz,
  recorded_at       timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, target_type, target_key)
);
comment on table load.identity is 'Which thing in Intercom is which target key. Written in the transaction of the call''s outcome; what stands here is never sent again.';
comment on column load.identity.target_type is 'attribute, company, contact, contact_company, conversation, participant, part, admin; conversation_update, conversation_assignee, conversation_team, conversation_closing: steps of a conversation that were carried out; conversation_state: the conversation is complete.';
comment on column load.identity.target_id is 'Intercom''s id; of a step of a conversation what was set.';
comment on column load.identity.origin is 'created: by this tool. linked: it was there before, or has no creation of its own.';
comment on column load.identity.journal_id is 'Call that made it; null where none was needed. No foreign key: its check would cost more than the insert.';
comment on column load.identity.position is 'Place of a part in its thread, frozen when sent.';
comment on column load.identity.sent_created_at is 'Time of a conversation or part, frozen when sent.';
create index identity_target on load.identity (workspace_id_code, target_type, target_id);

create table load.outcome (
  workspace_id_code text not null references load.workspace,
  target_type       text not null,
  target_key        text not null,
  state             text not null check (state in ('failed', 'blocked')),
  reason_code       text not null,
  reason            text not null,
  next_step         text not null,
  payload_hash      bytea,
  journal_id        bigint references load.journal,
  run_id            bigint not null references ops.run,
  recorded_at       timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, target_type, target_key)
);
comment on table load.outcome is 'Objects that could not be loaded, with reason and next step. A row goes when its object is loaded.';
comment on column load.outcome.state is 'failed: refused by Intercom or given up. blocked: something it needs is not loaded.';
comment on column load.outcome.payload_hash is 'Payload that failed: a changed one is tried again.';

create table load.claim (
  workspace_id_code text not null references load.workspace,
  target_type       text not null,
  target_key        text not null,
  process_id        bigint not null references ops.process,
  claimed_at        timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, target_type, target_key)
);
comment on table load.claim is 'Objects a process is working on, so that several can load at once. A claim of a dead process is free to take.';

create table load.rate_window (
  workspace_id_code text primary key references load.workspace,
  resets_at         timestamptz not null,
  is_predicted      boolean not null,
  call_limit        bigint not null,
  leased            bigint not null default 0,
  foreign_calls     bigint not null default 0
);
comment on table load.rate_window is 'The current window of Intercom''s rate limit, shared by all processes that write to a workspace.';
comment on column load.rate_window.is_predicted is 'True until an answer confirmed when the window ends.';
comment on column load.rate_window.leased is 'Permits handed to processes in this window.';
comment on column load.rate_window.foreign_calls is 'Calls of the window that are not ours, as far as the answers show.';

create function load.lease_permits(
  workspace text, wanted bigint, reserve_share numeric,
  observed_reset timestamptz, observed_limit bigint, observed_remaining bigint,
  out granted bigint, out window_ends_in_ms double precision
) language plpgsql as $$
declare
  slot           load.rate_window;
  window_length  constant interval := interval '10 seconds';
  instant        timestamptz;
begin
  insert into load.rate_window (workspace_id_code, resets_at, is_predicted, call_limit)
  values (workspace, observed_reset, false, observed_limit)
  on conflict (workspace_id_code) do nothing;
  select * into slot from load.rate_window where workspace_id_code = workspace for update;
  instant := clock_timestamp();
  if observed_reset > slot.resets_at then
    -- An end that is a little later corrects the present window: whole seconds jitter, and an expected window may begin with
    -- its first call. Only an end that is much later is another window.
    if observed_reset >= slot.resets_at + window_length * (case when slot.is_predicted then 1 else 0.5 end) then
      slot.leased := 0;
      slot.foreign_calls := 0;
    end if;
    slot.resets_at := observed_reset;
    slot.is_predicted := false;
  end if;
  if observed_reset = slot.resets_at then
    slot.is_predicted := false;
    slot.call_limit := observed_limit;
    slot.foreign_calls := greatest(slot.foreign_calls, observed_limit - observed_remaining - slot.leased);
  end if;
  if slot.resets_at <= instant then
    slot.resets_at := slot.resets_at
      + window_length * (floor(extract(epoch from instant - slot.resets_at) / extract(epoch from window_length)) + 1);
    slot.is_predicted := true;
    slot.leased := 0;
    slot.foreign_calls := 0;
  end if;
  granted := least(wanted, greatest(0,
    slot.call_limit - greatest(ceil(slot.call_limit * reserve_share)::bigint, slot.foreign_calls) - slot.leased));
  window_ends_in_ms := 1000 * extract(epoch from slot.resets_at - instant);
  update load.rate_window
  set resets_at = slot.resets_at, is_predicted = slot.is_predicted, call_limit = slot.call_limit,
      leased = slot.leased + granted, foreign_calls = slot.foreign_calls
  where workspace_id_code = workspace;
end $$;
comment on function load.lease_permits is 'Leases up to "wanted" calls of the present window, leaving the reserve (or what others really use, where that is more) to others. Takes the last answer''s X-RateLimit-* headers into account.';
