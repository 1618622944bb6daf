-- What transform has still to refresh: survives a kill between its steps.
create table ops.stale_owner (
  relation  text not null,
  owner_key text not null,
  primary key (relation, owner_key)
);
comment on table ops.stale_owner is 'Owners whose rows in a materialised relation are out of date. Filled when their objects changed, emptied by the refresh of the relation.';
comment on column ops.stale_owner.relation is 'Materialised relation.';
comment on column ops.stale_owner.owner_key is 'Owner of the rows, e.g. Ticket::83.';
