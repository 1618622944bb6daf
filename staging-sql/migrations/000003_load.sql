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
comment on column load.workspace.workspace_id_code is 'The workspace''s id_code: the key of everything that belongs to it.';
comment on column load.workspace.name is 'Name of the workspace.';
comment on column load.workspace.region is 'Region that hosts it, as Intercom names it.';
comment on column load.workspace.base_url is 'Address of the API that it was reached by.';
comment on column load.workspace.token_admin_id is 'Teammate the access token belongs to.';
comment on column load.workspace.seen_at is 'When a command looked last.';

create table load.teammate (
  workspace_id_code text not null references load.workspace,
  admin_id          text not null,
  email             text,
  name              text,
  seen_at           timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, admin_id)
);
comment on table load.teammate is 'Teammates of a workspace (listAdmins). They cannot be created by API.';
comment on column load.teammate.workspace_id_code is 'Workspace of the teammate.';
comment on column load.teammate.admin_id is 'Intercom''s id of the teammate.';
comment on column load.teammate.email is 'Address of the teammate.';
comment on column load.teammate.name is 'Name of the teammate.';
comment on column load.teammate.seen_at is 'When the list was read last.';

create table load.team (
  workspace_id_code text not null references load.workspace,
  team_id           text not null,
  name              text not null,
  seen_at           timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, team_id)
);
comment on table load.team is 'Teams of a workspace (listTeams). They cannot be created by API.';
comment on column load.team.workspace_id_code is 'Workspace of the team.';
comment on column load.team.team_id is 'Intercom''s id of the team.';
comment on column load.team.name is 'Name of the team.';
comment on column load.team.seen_at is 'When the list was read last.';

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
  intercom_at       timestamptz,
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
comment on column load.journal.journal_id is 'Number of the call, in the order of the intents.';
comment on column load.journal.workspace_id_code is 'Workspace that the call goes to.';
comment on column load.journal.run_id is 'Run that made the call.';
comment on column load.journal.process_id is 'Process that made the call.';
comment on column load.journal.phase is 'Loader phase that made the call; rollback for a rollback''s.';
comment on column load.journal.operation is 'operationId of Intercom''s API description.';
comment on column load.journal.target_type is 'Kind of thing that is written; a step of a conversation has one of its own.';
comment on column load.journal.target_key is 'The thing that is written, by our grammar.';
comment on column load.journal.source_key is 'Source object whose load the call belongs to: all calls of a ticket carry its key.';
comment on column load.journal.raw_version is 'Version of the source object that the payload was made from; null where no single one was.';
comment on column load.journal.method is 'HTTP method.';
comment on column load.journal.path is 'Path of the request, with Intercom''s ids in it.';
comment on column load.journal.payload is 'Body exactly as sent.';
comment on column load.journal.payload_hash is 'Hash of the row of intercom.* that was being written; over source keys.';
comment on column load.journal.sent_created_at is 'Backdated time that was sent.';
comment on column load.journal.before_image is 'What an existing object held before the write, by field; null where the tool created the object.';
comment on column load.journal.state is 'intent: to be sent or on the way. done, failed: answered. uncertain: the answer was lost. abandoned: known to have had no effect.';
comment on column load.journal.intent_at is 'When the intent was committed, before the call was sent.';
comment on column load.journal.intercom_at is 'Earliest time that Intercom''s clock can have shown at the intent, by the Date headers of its answers, or by the clock of the loading machine where they have none. What Intercom dates is compared with this, never with intent_at.';
comment on column load.journal.sent_at is 'Latest moment at which a call of unknown outcome can have left; null where the outcome was never unknown.';
comment on column load.journal.outcome_at is 'When the outcome was committed; null while the call is open.';
comment on column load.journal.http_status is 'Status of the answer; null where none came.';
comment on column load.journal.request_id is 'Intercom''s own id of the request, for its support.';
comment on column load.journal.reason_code is 'Class of the error.';
comment on column load.journal.reason is 'What went wrong, in words; null where nothing did.';
comment on column load.journal.next_step is 'What to do about it.';
comment on column load.journal.response is 'Ids and states from the answer; bodies are compared and dropped.';
comment on column load.journal.resolution is 'How an unknown outcome was resolved, or what an answer led to.';
create unique index journal_open on load.journal (workspace_id_code, target_type, target_key, operation)
  where state in ('intent', 'uncertain');
comment on index load.journal_open is 'Two calls for one thing are never on the way at once, whatever the number of processes.';
create index journal_source on load.journal (workspace_id_code, source_key);
create index journal_unknown on load.journal (workspace_id_code, target_type, target_key, operation) where sent_at is not null;
-- Outcomes come in the order of time, so that a summary of each range of pages finds the calls of the last minute.
create index journal_outcome on load.journal using brin (outcome_at) with (autosummarize = on);

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
  body_form         text check (body_form in ('text', 'html')),
  recorded_at       timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, target_type, target_key)
);
comment on table load.identity is 'Which thing in Intercom is which target key. Written in the transaction of the call''s outcome; what stands here is never sent again.';
comment on column load.identity.workspace_id_code is 'Workspace that holds the thing.';
comment on column load.identity.target_type is 'attribute, company, contact, contact_company, tag, custom_object_instance, collection, article, conversation, participant, part, attachment, admin; attachment_handed_off: a file too large to send, named in a note; conversation_tag, conversation_update, conversation_assignee, conversation_team, conversation_closing: steps of a conversation that were carried out; conversation_state: the conversation is complete.';
comment on column load.identity.target_key is 'The thing by our grammar.';
comment on column load.identity.target_id is 'Intercom''s id; of a step of a conversation what was set.';
comment on column load.identity.origin is 'created: by this tool. linked: it was there before, or has no creation of its own.';
comment on column load.identity.run_id is 'Run that recorded it.';
comment on column load.identity.journal_id is 'Call that made it; null where none was needed. No foreign key: its check would cost more than the insert.';
comment on column load.identity.payload_hash is 'Hash of the row of intercom.* that was written; null where there is none.';
comment on column load.identity.position is 'Place of a part in its thread, frozen when sent.';
comment on column load.identity.sent_created_at is 'Time of a conversation or part, frozen when sent.';
comment on column load.identity.body_form is 'Form in which the body of a part was sent: text (its characters are what a reader sees) or html. Null for what has no body.';
comment on column load.identity.recorded_at is 'When it was recorded.';
create index identity_target on load.identity (workspace_id_code, target_type, target_id);

create table load.representation (
  workspace_id_code text not null references load.workspace,
  target_type       text not null,
  target_key        text not null,
  payload_hash      bytea,
  last_applied      jsonb not null,
  observed          jsonb not null,
  observed_at       timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, target_type, target_key)
);
comment on table load.representation is 'What each object was last meant to hold and what Intercom then showed, field by field: the base of a three-way comparison.';
comment on column load.representation.workspace_id_code is 'Workspace that holds the thing.';
comment on column load.representation.target_type is 'As in load.identity; of conversations `conversation`.';
comment on column load.representation.target_key is 'The thing in Intercom by our grammar.';
comment on column load.representation.payload_hash is 'Hash of the row of intercom.* that was last applied; another one there means a change.';
comment on column load.representation.last_applied is 'Fields by name as the last write was to leave them, references as source keys.';
comment on column load.representation.observed is 'The same fields as Intercom showed them afterwards, references as its ids.';
comment on column load.representation.observed_at is 'When Intercom showed it.';

create table load.kept_edit (
  workspace_id_code text not null references load.workspace,
  target_type       text not null,
  target_key        text not null,
  field             text not null,
  source_value      text,
  former_value      text,
  target_value      text,
  run_id            bigint not null references ops.run,
  kept_at           timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, target_type, target_key, field)
);
comment on table load.kept_edit is 'Fields that changed in iTop and that somebody had edited in Intercom: Intercom''s value was kept (invariant 4).';
comment on column load.kept_edit.workspace_id_code is 'Workspace that holds the thing.';
comment on column load.kept_edit.target_type is 'Kind of thing, as in load.identity.';
comment on column load.kept_edit.target_key is 'The thing in Intercom by our grammar.';
comment on column load.kept_edit.field is 'Field that somebody edited.';
comment on column load.kept_edit.source_value is 'What iTop holds now.';
comment on column load.kept_edit.former_value is 'What Intercom showed after our last write.';
comment on column load.kept_edit.target_value is 'What Intercom holds now, and keeps.';
comment on column load.kept_edit.run_id is 'Delta that kept the edit.';
comment on column load.kept_edit.kept_at is 'When it was noted.';

create table load.withdrawn_identity (
  workspace_id_code text not null,
  target_type       text not null,
  target_key        text not null,
  target_id         text not null,
  origin            text not null,
  run_id            bigint not null,
  journal_id        bigint,
  payload_hash      bytea,
  position          integer,
  sent_created_at   timestamptz,
  recorded_at       timestamptz not null,
  plan_id           bigint not null,
  withdrawn_at      timestamptz not null default clock_timestamp()
);
comment on table load.withdrawn_identity is 'Identities that a rollback took back: what they named is not ours any more, and a load would write it again.';
comment on column load.withdrawn_identity.workspace_id_code is 'Workspace that held the thing.';
comment on column load.withdrawn_identity.target_type is 'Kind of thing, as in load.identity.';
comment on column load.withdrawn_identity.target_key is 'The thing by our grammar.';
comment on column load.withdrawn_identity.target_id is 'Id that it had in Intercom.';
comment on column load.withdrawn_identity.origin is 'created: by this tool. linked: it was there before, or has no creation of its own.';
comment on column load.withdrawn_identity.run_id is 'Run that had recorded it.';
comment on column load.withdrawn_identity.journal_id is 'Call that made it; null where none was needed. No foreign key: its check would cost more than the insert.';
comment on column load.withdrawn_identity.payload_hash is 'Hash of the row of intercom.* that had been written.';
comment on column load.withdrawn_identity.position is 'Place of a part in its thread, frozen when sent.';
comment on column load.withdrawn_identity.sent_created_at is 'Time of a conversation or part, frozen when sent.';
comment on column load.withdrawn_identity.recorded_at is 'When it had been recorded.';
comment on column load.withdrawn_identity.plan_id is 'Rollback plan.';
comment on column load.withdrawn_identity.withdrawn_at is 'When the rollback took it back.';
create index withdrawn_identity_target on load.withdrawn_identity (workspace_id_code, target_type, target_key);

create table load.outcome (
  workspace_id_code text not null references load.workspace,
  target_type       text not null,
  target_key        text not null,
  state             text not null check (state in ('failed', 'blocked')),
  reason_code       text not null,
  reason            text not null,
  next_step         text not null,
  payload_hash      bytea,
  thread_hash       bytea,
  journal_id        bigint references load.journal,
  run_id            bigint not null references ops.run,
  recorded_at       timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, target_type, target_key)
);
comment on table load.outcome is 'Objects that could not be loaded, with reason and next step. A row goes when its object is loaded.';
comment on column load.outcome.workspace_id_code is 'Workspace that it could not be loaded into.';
comment on column load.outcome.target_type is 'Kind of thing.';
comment on column load.outcome.target_key is 'The thing by our grammar.';
comment on column load.outcome.state is 'failed: refused by Intercom or given up. blocked: something it needs is not loaded.';
comment on column load.outcome.reason_code is 'Stable name of the reason: the error''s class.';
comment on column load.outcome.reason is 'What went wrong, or what it waits for, in words.';
comment on column load.outcome.next_step is 'What to do about it.';
comment on column load.outcome.payload_hash is 'Payload that failed: a changed one is tried again.';
comment on column load.outcome.thread_hash is 'Messages of the conversation that were not in Intercom when it failed (reconcile.unsent_messages): others than these are tried again. Null where there were none.';
comment on column load.outcome.journal_id is 'Call that was refused; null where none was made.';
comment on column load.outcome.run_id is 'Run that noted it.';
comment on column load.outcome.recorded_at is 'When it was noted.';

create table load.claim (
  workspace_id_code text not null references load.workspace,
  target_type       text not null,
  target_key        text not null,
  process_id        bigint not null references ops.process,
  claimed_at        timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, target_type, target_key)
);
comment on table load.claim is 'Objects a process is working on, so that several can load at once. A claim under a lost lease is free to take.';
comment on column load.claim.workspace_id_code is 'Workspace that is loaded into.';
comment on column load.claim.target_type is 'Kind of thing.';
comment on column load.claim.target_key is 'The thing that the process works on.';
comment on column load.claim.process_id is 'The fencing number under which it was claimed.';
comment on column load.claim.claimed_at is 'When the claim was taken.';

create table load.pause (
  workspace_id_code text primary key references load.workspace,
  paused_at         timestamptz not null default clock_timestamp()
);
comment on table load.pause is 'Workspaces whose loads a person paused: no process starts a call while the row stands.';
comment on column load.pause.workspace_id_code is 'Workspace whose loads are paused.';
comment on column load.pause.paused_at is 'When it was paused.';

create table load.halt (
  workspace_id_code text primary key references load.workspace,
  reason            text not null,
  next_step         text not null,
  process_id        bigint not null references ops.process,
  halted_at         timestamptz not null default clock_timestamp()
);
comment on table load.halt is 'The last alarm that stopped all loads of a workspace: every process that runs ends by it; one that is started later does not.';
comment on column load.halt.workspace_id_code is 'Workspace whose loads were stopped.';
comment on column load.halt.reason is 'What happened, in words.';
comment on column load.halt.next_step is 'What to do about it.';
comment on column load.halt.process_id is 'Process that raised it.';
comment on column load.halt.halted_at is 'When the alarm was raised.';

create table load.rate_window (
  workspace_id_code text primary key references load.workspace,
  resets_at         timestamptz not null,
  is_predicted      boolean not null,
  call_limit        bigint not null,
  leased            bigint not null default 0,
  foreign_calls     bigint not null default 0
);
comment on table load.rate_window is 'The current window of Intercom''s rate limit, shared by all processes that write to a workspace.';
comment on column load.rate_window.workspace_id_code is 'Workspace that the limit belongs to.';
comment on column load.rate_window.resets_at is 'When the window ends.';
comment on column load.rate_window.is_predicted is 'True until an answer confirmed when the window ends.';
comment on column load.rate_window.call_limit is 'Calls that Intercom permits in the window.';
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

create table load.canary (
  canary_id         bigint generated always as identity primary key,
  workspace_id_code text not null references load.workspace,
  address           text not null,
  state             text not null default 'sending' check (state in ('sending', 'sent', 'silent', 'answered', 'confirmed', 'removing', 'removed')),
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
comment on column load.canary.canary_id is 'Number of the canary.';
comment on column load.canary.workspace_id_code is 'Workspace that it was sent in.';
comment on column load.canary.address is 'Address of the operator that the thread is with.';
comment on column load.canary.state is 'sending; sent; then silent or answered (something wrote that the tool did not); confirmed by a person; removing, in which nothing of it is sent any more; removed from the workspace.';
comment on column load.canary.contact_id is 'Intercom''s id of the canary''s contact; null before it is made.';
comment on column load.canary.conversation_id is 'Intercom''s id of the canary''s conversation; null before it is made.';
comment on column load.canary.sent_by_admin_id is 'Teammate whose token sent it.';
comment on column load.canary.started_at is 'When the first call was about to be made.';
comment on column load.canary.sent_at is 'When all of it was sent; null before.';
comment on column load.canary.checked_at is 'When it was looked at last; null before.';
comment on column load.canary.search_lag_ms is 'From the creation of the conversation until search first showed it; null where it did not in the time waited.';
comment on column load.canary.confirmed_by is 'Person who confirmed that nothing arrived; null before.';
comment on column load.canary.confirmed_at is 'When it was confirmed; null before.';

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
  sent_by     timestamptz,
  removed_at  timestamptz,
  left_reason text
);
comment on table load.canary_write is 'Each writing call of a canary: the intent before it, the outcome after it, and whether what it made was removed.';
comment on column load.canary_write.write_id is 'Number of the call, in the order of the intents.';
comment on column load.canary_write.canary_id is 'Canary that made the call.';
comment on column load.canary_write.operation is 'operationId of Intercom''s API description.';
comment on column load.canary_write.target_type is 'Kind of thing that is written.';
comment on column load.canary_write.label is 'Which of the canary''s own things it is.';
comment on column load.canary_write.state is 'intent: to be sent or on the way. done, refused: answered. uncertain: the answer was lost.';
comment on column load.canary_write.target_id is 'Intercom''s id of what was made; null before, and where nothing was.';
comment on column load.canary_write.payload is 'Body of the request.';
comment on column load.canary_write.detail is 'What Intercom answered to a call that was refused or lost, in words.';
comment on column load.canary_write.written_at is 'When the intent was committed.';
comment on column load.canary_write.sent_by is 'When the call was sent at the latest: the end of the lease it was cleared under, or its outcome. Null where it never was.';
comment on column load.canary_write.removed_at is 'When it was removed from the workspace; null while it is there.';
comment on column load.canary_write.left_reason is 'Why it could not be removed.';

create table load.canary_finding (
  canary_id   bigint not null references load.canary,
  kind        text not null,
  target_id   text not null,
  author_type text,
  author      text,
  finding     text not null,
  part_type   text,
  accepted_by text,
  found_at    timestamptz not null default clock_timestamp(),
  primary key (canary_id, kind, target_id)
);
comment on table load.canary_finding is 'What was in the canary''s conversation that the tool did not put there: each is a blocker, with its author, unless a person accepted it.';
comment on column load.canary_finding.part_type is 'Intercom''s type of a part without text or file, which a person may accept; null for all else.';
comment on column load.canary_finding.accepted_by is 'Person who accepted parts of this type; null for a blocker.';
comment on column load.canary_finding.canary_id is 'Canary that was looked at.';
comment on column load.canary_finding.kind is 'part, state, assignee, sla, bot, tag, rating or conversation.';
comment on column load.canary_finding.target_id is 'Intercom''s id of what was found.';
comment on column load.canary_finding.author_type is 'Kind of its author in Intercom; null where it has none.';
comment on column load.canary_finding.author is 'Who wrote it; null where that is not known.';
comment on column load.canary_finding.finding is 'What it is, in words.';
comment on column load.canary_finding.found_at is 'When it was found.';

create table load.accepted_part_type (
  workspace_id_code text not null references load.workspace,
  part_type         text not null,
  accepted_by       text not null,
  reason            text not null,
  accepted_at       timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, part_type)
);
comment on table load.accepted_part_type is 'Types of parts that Intercom adds by itself in a workspace and that a person accepted: those without text and files only.';
comment on column load.accepted_part_type.workspace_id_code is 'Workspace that adds them.';
comment on column load.accepted_part_type.part_type is 'part_type of Intercom.';
comment on column load.accepted_part_type.accepted_by is 'Person who accepted them.';
comment on column load.accepted_part_type.reason is 'Why they do no harm, in the person''s words.';
comment on column load.accepted_part_type.accepted_at is 'When they were accepted.';

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
comment on column load.probe.workspace_id_code is 'Workspace that was tried.';
comment on column load.probe.probe is 'Name of the question.';
comment on column load.probe.answer is 'yes, no, or a word or number of the probe''s own.';
comment on column load.probe.detail is 'What was seen, in words.';
comment on column load.probe.canary_id is 'Canary that tried it; null for an answer that came otherwise.';
comment on column load.probe.answered_at is 'When it was answered.';
